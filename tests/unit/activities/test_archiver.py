"""Archiving against a server that lists, drops and fails as it is told to."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DataError, OperationalError
from temporalio.client import WorkflowHistory
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import ActivityEnvironment

from activities.archive.archiver import Archiver, Progress
from activities.archive.runs import (
    ALARM_AHEAD,
    NAMED,
    ArchivedRun,
    ArchiveOutcome,
    ClosedRun,
    ClosedRuns,
    RunKey,
    Unarchived,
)
from activities.archive.store import FolderArchive
from activities.email_channel import EmailChannel
from activities.operator_mail import Alarm, OperatorMail, compose
from interfaces.cli.output import archive as archive_output
from runtime.channels import mail_of
from runtime.errors import ServiceUnavailable, UsageError
from runtime.i18n import using_language
from runtime.settings import Settings
from services.queries.archive_status import ArchiveStatus, status_of
from tests.support.errors import raises
from tests.support.histories import history
from tests.support.languages import english_in

NOW = datetime(2026, 3, 20, 1, tzinfo=UTC)
RETENTION = timedelta(days=30)
TYPE = "CandidateJourney"


def closed(number: int, days_ago: float = 1, retention: timedelta = RETENTION) -> ClosedRun:
    at = NOW - timedelta(days=days_ago)
    journey = f"journey/K7Q29FMXB/programme_{number}"
    return ClosedRun(journey_id=journey, run_id=f"run-{number}", started_at=at, closed_at=at, goes_at=at + retention)


class FakeServer:
    """Lists runs in pages of two; `fails` says what comes instead of the history of a run."""

    def __init__(self, *runs: ClosedRun, retention: timedelta = RETENTION) -> None:
        self.runs = runs
        self.kept = retention
        self.fails: dict[str, Exception] = {}
        self.fetched: list[str] = []
        self.unknown_tokens: set[bytes] = set()

    async def retention(self) -> timedelta:
        return self.kept

    async def closed_runs(self, workflow: str, retention: timedelta, page: bytes = b"") -> ClosedRuns:
        assert (workflow, retention) == (TYPE, self.kept)
        if page in self.unknown_tokens:
            raise RPCError("invalid next page token", RPCStatusCode.INVALID_ARGUMENT, b"")
        at = int(page or b"0")
        following = str(at + 2).encode() if at + 2 < len(self.runs) else b""
        return ClosedRuns(runs=self.runs[at : at + 2], following=following)

    async def history(self, key: RunKey) -> WorkflowHistory:
        if key.run_id in self.fails:
            raise self.fails[key.run_id]
        self.fetched.append(key.run_id)
        return history("rubbish", key.journey_id)


class Full(FolderArchive):
    """An archive that takes nothing more."""

    why: Exception = OSError("no space left")

    def put(self, run: ArchivedRun) -> bool:  # noqa: ARG002
        raise self.why


@pytest.fixture
def archive(request: pytest.FixtureRequest) -> FolderArchive:
    return FolderArchive(f"memory://{request.node.name}")


class Run:
    """One attempt at the activity, and what it told meanwhile."""

    def __init__(self, server: FakeServer, archive: FolderArchive, now: datetime = NOW) -> None:
        self._archiver = Archiver(server, archive, lambda: now)
        self.told: list[Progress] = []

    async def __call__(self, reached: Progress | None = None) -> ArchiveOutcome:
        environment = ActivityEnvironment()
        details = [reached.model_dump_json()] if reached else []
        environment.info = replace(environment.info, heartbeat_details=details)
        environment.on_heartbeat = lambda said: self.told.append(Progress.model_validate_json(said))
        outcome: ArchiveOutcome = await environment.run(self._archiver.archive_histories, TYPE)
        return outcome


def counts(outcome: ArchiveOutcome) -> dict[str, int]:
    names = ("closed", "archived", "known", "gone", "failed", "about_to_go")
    return {name: value for name in names if (value := getattr(outcome, name))}


async def test_every_closed_run_is_archived_and_a_second_time_none(archive: FolderArchive) -> None:
    server = FakeServer(*map(closed, range(5)))
    assert counts(await Run(server, archive)()) == {"closed": 5, "archived": 5}
    assert set(archive.runs()) == {run.key for run in server.runs}
    written = archive.get(server.runs[0].key)
    assert written is not None
    assert (written.closed_at, written.archived_at) == (server.runs[0].closed_at, NOW)
    assert counts(await Run(server, archive, NOW + timedelta(days=1))()) == {"closed": 5, "known": 5}
    assert len(server.fetched) == 5
    assert archive.get(server.runs[0].key) == written


async def test_a_second_attempt_goes_on_at_the_page_that_was_reached(archive: FolderArchive) -> None:
    server = FakeServer(*map(closed, range(6)))
    server.fails["run-3"] = RPCError("away", RPCStatusCode.UNAVAILABLE, b"")
    first = Run(server, archive)
    with pytest.raises(RPCError, match="away"):
        await first()
    reached = first.told[-1]
    assert counts(reached.so_far) == {"closed": 2, "archived": 2}
    server.fails.clear()
    server.fetched.clear()
    assert counts(await Run(server, archive)(reached))["closed"] == 6
    assert "run-0" not in server.fetched
    assert len(list(archive.runs())) == 6


async def test_a_database_that_is_away_is_tried_again_instead_of_failing_each_history() -> None:
    away = Full("memory://away")
    away.why = OperationalError("insert", {}, Exception("away"))
    with pytest.raises(OperationalError):
        await Run(FakeServer(closed(0)), away)()


async def test_a_token_that_the_server_no_longer_knows_begins_anew(archive: FolderArchive) -> None:
    server = FakeServer(*map(closed, range(3)))
    server.unknown_tokens = {b"99"}
    reached = Progress(page="OTk=", so_far=ArchiveOutcome(retention=RETENTION, closed=50, archived=50))
    assert counts(await Run(server, archive)(reached)) == {"closed": 3, "archived": 3}


async def test_a_query_that_the_server_refuses_fails(archive: FolderArchive) -> None:
    server = FakeServer(closed(0))
    server.unknown_tokens = {b""}
    with pytest.raises(RPCError, match="token"):
        await Run(server, archive)()


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (RPCError("no", RPCStatusCode.PERMISSION_DENIED, b""), "PERMISSION_DENIED"),
        (DataError("insert", {}, Exception("K7Q29FMXB is too long")), "DataError"),
        (PermissionError("not yours"), "PermissionError"),
    ],
)
async def test_a_history_that_fails_holds_up_no_other(archive: FolderArchive, error: Exception, why: str) -> None:
    server = FakeServer(*map(closed, range(5)))
    server.fails["run-1"] = error
    outcome = await Run(server, archive)()
    assert counts(outcome) == {"closed": 5, "archived": 4, "failed": 1}
    assert [(run.run_id, run.why) for run in outcome.unarchived] == [("run-1", why)]
    server.fails.clear()
    assert counts(await Run(server, archive)()) == {"closed": 5, "archived": 1, "known": 4}


async def test_a_history_that_has_left_the_server_meanwhile_is_counted(
    archive: FolderArchive, caplog: pytest.LogCaptureFixture
) -> None:
    server = FakeServer(*map(closed, range(2)))
    server.fails["run-0"] = RPCError("gone", RPCStatusCode.NOT_FOUND, b"")
    with caplog.at_level(logging.WARNING):
        assert counts(await Run(server, archive)()) == {"closed": 2, "archived": 1, "gone": 1}
    assert "run-0, is gone unarchived" in caplog.text


async def test_the_first_to_go_are_named_and_the_others_counted() -> None:
    server = FakeServer(*(closed(number, days_ago=number / 10) for number in range(NAMED + 10)))
    outcome = await Run(server, Full("memory://full"))()
    assert (outcome.failed, len(outcome.unarchived)) == (NAMED + 10, NAMED)
    assert outcome.unarchived[0].run_id == f"run-{NAMED + 9}"


# The alarm


async def test_a_history_alarms_three_days_before_it_goes() -> None:
    ahead = ALARM_AHEAD / timedelta(days=1)
    later = closed(0, days_ago=30 - ahead - 0.01)
    soon = closed(1, days_ago=30 - ahead)
    overdue = closed(2, days_ago=31)
    server, full = FakeServer(later, soon, overdue), Full("memory://alarm")
    failing = Run(server, full)
    assert counts(await failing()) == {"closed": 3, "failed": 3, "about_to_go": 2}
    status = await status_of(server, full, NOW)
    assert (status.closed, status.archived, status.unarchived) == (3, 0, 3)
    assert [run.run_id for run in status.about_to_go] == ["run-2", "run-1"]
    taking = FolderArchive("memory://alarm")
    mended = Run(server, taking)
    assert counts(await mended()) == {"closed": 3, "archived": 3}
    assert (await status_of(server, taking, NOW)).about_to_go == ()


async def test_of_a_short_retention_half_must_have_passed() -> None:
    day = timedelta(days=1)
    server = FakeServer(closed(0, 0.49, day), closed(1, 0.51, day), retention=day)
    status = await status_of(server, FolderArchive("memory://short"), NOW)
    assert [run.run_id for run in status.about_to_go] == ["run-1"]


async def test_a_server_that_is_away_is_told_in_one_sentence(archive: FolderArchive) -> None:
    server = FakeServer(closed(0))
    server.unknown_tokens = {b""}
    with raises(ServiceUnavailable, "temporal.no_answer", what="invalid argument"):
        await status_of(server, archive, NOW)


def test_the_mail_says_it_in_both_languages_and_names_runs_alone() -> None:
    lost = Unarchived(**closed(1).model_dump(), why="PermissionError")
    outcome = ArchiveOutcome(retention=RETENTION, failed=3, about_to_go=3, unarchived=(lost,))
    subject, text = compose(Alarm(run_id="r", outcome=outcome))
    assert (
        subject == "Hela vägen: historiken för 3 körningar är på väg att gå förlorad / 3 histories are about to be lost"
    )
    assert "Repair the archive" in text
    assert text.endswith(f"2026-04-18 03:00  {lost.journey_id}  run-1  PermissionError\n")
    subject, text = compose(Alarm(run_id="r", outcome=None))
    assert subject.endswith("/ the histories could not be archived")
    assert "The night's archiving has failed" in text


def test_the_scripts_say_it_in_swedish(capsys: pytest.CaptureFixture[str]) -> None:
    lost = Unarchived(**closed(1).model_dump(), why="PermissionError")
    outcome = ArchiveOutcome(retention=RETENTION, closed=5, failed=1, gone=1, about_to_go=1, unarchived=(lost,))
    with using_language("sv"):
        archive_output.archive_outcome(outcome)
        for soon in ((lost,), ()):
            archive_output.archive_status(ArchiveStatus(retention=RETENTION, closed=5, archived=4, about_to_go=soon))
    told = capsys.readouterr().out
    assert "5 avslutade körningar, 4 arkiverade, 1 inte än. Temporal sparar var och en i 30 dagar." in told
    assert told.count(lost.journey_id) == 2
    assert english_in(told.replace("admin.py archive", "")) == [], told


@pytest.mark.parametrize(("address", "is_one"), [("drift@example.org", True), ("", True), ("drift", False)])
def test_the_operators_address_is_one_or_is_not_set(address: str, is_one: bool) -> None:
    settings = Settings(operator_mail=address)
    if is_one:
        assert isinstance(mail_of(settings), EmailChannel)
    else:
        with raises(UsageError, "settings.operator_mail"):
            mail_of(settings)


async def test_nobody_is_told_where_no_address_is_set() -> None:
    nobody = OperatorMail(mail_of(Settings(smtp_port=1)), None)
    assert not await ActivityEnvironment().run(nobody.tell_operator, Alarm(run_id="r", outcome=None))


async def test_a_mail_that_is_not_taken_is_tried_again_and_tells_no_address() -> None:
    somebody = OperatorMail(mail_of(Settings(smtp_port=1)), "drift@example.org")
    with pytest.raises(ApplicationError, match=r"^The mail server could not be reached \(") as refused:
        await ActivityEnvironment().run(somebody.tell_operator, Alarm(run_id="r", outcome=None))
    assert "drift" not in str(refused.value)
