"""Notices, asked for by anybody: what no signed row stands behind is never sent, and nothing is given up early."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, false, select
from sqlalchemy.orm import Session
from temporalio.testing import ActivityEnvironment

from activities.addressees import Addressees
from activities.announce import TRIED_FOR, Announced, Announcement, Announcer, NotDelivered
from activities.contents import candidate_in, opened_notice
from activities.deliveries import watched
from activities.delivery import Delivery
from activities.letterhead import Letterhead
from activities.measures import Measures
from activities.outbox import Outbox
from activities.recording_checks import Directory
from activities.sealing import sealer_on
from activities.seals import place_of
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient
from models.tables.ledger import NoticeRow
from runtime.rulebook.names import NamesIn
from tests.support.authority import authority
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, by_hand, recorder_on

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)


class Taken:
    """A channel that takes everything over."""

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:  # noqa: ARG002
        assert to.address
        self.notices.append(notice)


@pytest.fixture
def told(engine: Engine) -> tuple[str, UUID]:
    """A journey and an event of which partners are told."""
    way = RecordedWay(recorder_on(engine), day=NINE.date()).comes("referred", "withdrawn")
    with Session(engine) as session:
        return way.id, session.scalars(select(NoticeRow.event_id).filter_by(kind="withdrawn")).all()[-1]


class Stumbling(Taken):
    """A channel that stumbles over what the first one's server says."""

    async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:
        await super().send(notice, to, head)
        if len(self.notices) == 1:
            raise OverflowError(notice.details)


async def asked(
    engine: Engine, told: tuple[str, UUID], what: str, at: datetime = NINE, taken: Taken | None = None
) -> tuple[Announced, list[Any]]:
    """What an activity answers that somebody asks for at a moment, and what it has sent."""
    taken, environment = taken or Taken(), ActivityEnvironment()
    environment.info = replace(environment.info, scheduled_time=at)
    senders = watched(dict.fromkeys(Channel, taken), Measures(CollectorRegistry()))
    addressees = Addressees(Directory(RULES.partners), authority(), NamesIn(RULES))
    announcer = Announcer(Outbox(engine), authority(), addressees, senders, lambda: NINE)
    said = Announcement(journey_id=told[0], event_id=told[1])
    return await environment.run(getattr(announcer, what), said), taken.notices


def pending(engine: Engine, told: tuple[str, UUID]) -> int:
    with Session(engine) as session:
        return len(session.scalars(select(NoticeRow).filter_by(event_id=told[1], status=Delivery.PENDING)).all())


async def test_what_follows_from_a_signed_row_is_sent(engine: Engine, told: tuple[str, UUID]) -> None:
    count = pending(engine, told)
    announced, sent = await asked(engine, told, "announce")
    assert count == len(sent) == len(announced.sent) > 0
    assert pending(engine, told) == 0


async def test_what_one_server_makes_us_stumble_over_undoes_nothing_of_the_others(engine: Engine) -> None:
    way = RecordedWay(recorder_on(engine), day=NINE.date())
    way.comes("referred", "referral_accepted", "requirements_checked")
    told = (way.id, way.tells("internship_agreed").event_id)
    count, stumbling = pending(engine, told), Stumbling()
    with pytest.raises(NotDelivered, match=r"1 of \d+ notices .* failed \(OverflowError\)"):
        await asked(engine, told, "announce", taken=stumbling)
    assert pending(engine, told) == 1 < count == len(stumbling.notices)
    await asked(engine, told, "announce", taken=stumbling)
    assert (pending(engine, told), len(stumbling.notices)) == (0, count + 1)


FORGED: dict[str, dict[str, Any]] = {
    "another kind": {"kind": "permanent_role_agreed"},
    "another stage": {"stage": "permanent_role"},
    "another day": {"effective_on": "2026-01-01"},
    "another moment": {"recorded_at": "2026-01-01T00:00:00Z"},
    "another candidate": {"candidate": "JUYZL5D7Q"},
    "another id": {"notice_id": "5b0c1bb4-6d9e-4b3a-9d0a-7a3f6c1e2d44"},
    "details of somebody's own": {"details": {"position": "lasarettet_transport"}},
    "damaged": {},
    "a detail that nobody is told": {"details": {"reason": "Invented"}},
}


@pytest.mark.parametrize("changed", FORGED.values(), ids=FORGED)
async def test_a_notice_that_says_something_else_than_its_row_is_not_sent(
    engine: Engine, told: tuple[str, UUID], changed: dict[str, Any]
) -> None:
    seal = sealer_on(engine).known(candidate_in(told[0]))
    with Session(engine) as session, session.begin():
        row = session.scalars(select(NoticeRow).filter_by(event_id=told[1])).first()
        assert row is not None
        said = {**opened_notice(seal, row.notice_id, row.contents), **changed}
        row.contents = seal.seal_json(place_of("notices", row.notice_id), said) if changed else b"damaged"
    count = pending(engine, told)
    _, sent = await asked(engine, told, "announce")
    assert len(sent) == count - 1
    assert pending(engine, told) == 1


@pytest.mark.parametrize(
    "forge",
    [
        f"update ledger set worker_signature = '{'0' * 128}'",
        "update ledger set actor = 'coordinator:bo.lind'",
        f"update ledger set accepted = {false()}",
        "delete from ledger",
    ],
    ids=["unsigned", "changed", "refused", "gone"],
)
async def test_of_a_row_that_no_worker_signed_nothing_is_sent_and_nothing_given_up(
    engine: Engine, told: tuple[str, UUID], forge: str
) -> None:
    by_hand(engine, f"{forge} where kind = 'withdrawn'")
    count = pending(engine, told)
    for what in ("announce", "give_up"):
        assert await asked(engine, told, what, NINE + 2 * TRIED_FOR) == (Announced(), [])
    assert pending(engine, told) == count > 0


async def test_a_notice_is_given_up_when_it_is_time_and_not_before(engine: Engine, told: tuple[str, UUID]) -> None:
    count = pending(engine, told)
    early, _ = await asked(engine, told, "give_up", NINE + TRIED_FOR - timedelta(hours=8))
    assert (early, pending(engine, told)) == (Announced(), count)
    late, _ = await asked(engine, told, "give_up", NINE + TRIED_FOR)
    assert (len(late.dead), pending(engine, told)) == (count, 0)


async def test_a_notice_that_was_taken_up_again_is_tried_for_as_long_as_a_new_one(
    engine: Engine, told: tuple[str, UUID]
) -> None:
    dead = (await asked(engine, told, "give_up", NINE + TRIED_FOR))[0].dead
    months_later = NINE + timedelta(days=90)
    assert len(Outbox(engine).revive(dead, months_later)) == len(dead) > 0
    early, _ = await asked(engine, told, "give_up", months_later + A_MINUTE)
    assert (early.dead, pending(engine, told)) == ((), len(dead))
    late, _ = await asked(engine, told, "give_up", months_later + TRIED_FOR)
    assert set(late.dead) == set(dead)
