"""A worker that keeps up with files that operators change: what it records, sends and offers, and what waits."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.orm import Session

from activities.addressees import Addressees
from activities.delivery import DeliveryFailed, DeliveryRefused
from activities.measures import Measures
from activities.outbox import Outbox
from activities.outgoing import Outgoing, Registered
from activities.record import Recorder
from activities.recording_checks import Directory, PartnersUnread
from activities.tls import trusting
from activities.webhook_channel import WebhookChannel
from models.partners.notice import Notice
from models.tables.journeys import PositionRow
from models.tables.ledger import NoticeRow
from runtime.rulebook.kept import KeptBook
from runtime.rulebook.names import NamesIn
from services.operations.keeping_up import KeepsUp
from tests.support.authority import authority, found, offer
from tests.support.notices import SECRET
from tests.support.programme_files import PARTNERS_FILE, POSITIONS_FILE, change
from tests.support.recording import RecordedWay

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
OTHER_SECRET = "whsec_" + "B" * 32


class Office:
    """A worker's parts that go by files, without Temporal."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        found(engine)
        self.engine, self.folder = engine, folder
        self.kept = KeptBook(folder)
        self.directory = Directory(self.kept.partners)
        self.registry = CollectorRegistry()
        self.secrets: dict[str, str] = {"arbetsformedlingen": SECRET}
        self.webhooks = WebhookChannel(Outgoing(Registered.of(), trusting(None)), self.secrets, lambda: NOW)
        measures, taking = Measures(self.registry), partial(offer, engine)
        self.keeps_up = KeepsUp(self.kept, self.directory, self.webhooks, measures, taking, self.read_secrets)

    def read_secrets(self) -> Mapping[str, str]:
        return dict(self.secrets)

    def look_twice(self) -> None:
        self.keeps_up.look()
        self.keeps_up.look()

    def way(self, candidate: str = "K7Q29FMXB") -> RecordedWay:
        return RecordedWay(Recorder(self.engine, self.directory, authority()), candidate, day=NOW.date())

    def places(self, position: str) -> int | None:
        with Session(self.engine) as session:
            row = session.get(PositionRow, position)
            return row.places if row else None

    def notices(self) -> dict[str, Notice]:
        with Session(self.engine) as session:
            told = session.execute(select(NoticeRow.journey_id, NoticeRow.event_id).distinct()).all()
        return {one.recipient: one for event in told for one in Outbox(self.engine).due(authority(), *event)}

    def address(self, notice: Notice) -> str:
        with Session(self.engine) as session:
            [to, *_] = Addressees(self.directory, authority(), NamesIn(self.kept)).find(session, notice, NOW)
        return to.address

    def shown(self) -> list[str]:
        text = generate_latest(self.registry).decode()
        shown = [line for line in text.splitlines() if line.startswith("helavagen_files_set_aside{")]
        assert len(shown) == len(list(self.folder.iterdir()))
        return [line for line in shown if not line.endswith(" 0.0")]


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """The dialect says nothing of files."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def office(engine: Engine, programmes: Path) -> Office:
    return Office(engine, programmes)


def test_partners_and_positions_are_taken_up_while_journeys_go_on(office: Office) -> None:
    way = office.way().comes("referred", "referral_accepted")
    notice = office.notices()["arbetsformedlingen"]
    before = office.address(notice)
    change(office.folder, PARTNERS_FILE, before, "ny@example.org" if "@" in before else f"{before}/new")
    change(office.folder, POSITIONS_FILE, "places = 6", "places = 1")
    office.look_twice()
    assert office.address(notice) != before
    assert office.places("lasarettet_tray_kitchen") == 1
    assert way.tells("withdrawn").accepted
    assert office.shown() == []


def test_beside_a_bad_list_of_partners_what_tells_them_waits_and_goes_on_once_it_is_mended(
    engine: Engine, programmes: Path
) -> None:
    good = (programmes / PARTNERS_FILE).read_text(encoding="utf-8")
    (programmes / PARTNERS_FILE).write_text("partners", encoding="utf-8")
    office = Office(engine, programmes)
    assert office.shown() == ['helavagen_files_set_aside{file="partners.toml"} 1.0']
    way = office.way()
    with pytest.raises(PartnersUnread):
        way.tells("referred")
    assert office.notices() == {}
    (programmes / PARTNERS_FILE).write_text(good, encoding="utf-8")
    office.look_twice()
    assert way.tells("referred").accepted
    assert office.notices()["arbetsformedlingen"].stage is not None, "nothing is left out of it"
    assert office.shown() == []


def test_a_letter_to_a_partner_waits_for_the_list_and_one_to_a_removed_partner_goes_nowhere(office: Office) -> None:
    office.way().comes("referred", "withdrawn")
    notice = office.notices()["arbetsformedlingen"]
    office.directory.know(None)
    with pytest.raises(DeliveryFailed, match=r"partners\.toml is set aside"):
        office.address(notice)
    office.directory.know(())
    with pytest.raises(DeliveryRefused, match=r"is not in programmes/partners\.toml; add it and send again"):
        office.address(notice)


def test_positions_of_a_bad_file_keep_their_places_and_are_offered_again_where_the_database_was_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(office.folder, POSITIONS_FILE, "places = 6", 'places = "six"')
    office.look_twice()
    assert office.places("lasarettet_tray_kitchen") == 6
    assert office.shown() == ['helavagen_files_set_aside{file="positions.toml"} 1.0']
    away = iter((OperationalError("", {}, Exception()), NoConnectionFree()))

    def gone(_: object) -> None:
        raise next(away)

    offering = office.keeps_up._offer
    monkeypatch.setattr(office.keeps_up, "_offer", gone)
    change(office.folder, POSITIONS_FILE, 'places = "six"', "places = 5")
    office.look_twice()
    office.keeps_up.look()
    assert next(away, None) is None
    assert office.places("lasarettet_tray_kitchen") == 6
    monkeypatch.setattr(office.keeps_up, "_offer", offering)
    office.keeps_up.look()
    assert office.places("lasarettet_tray_kitchen") == 5


def test_secrets_are_taken_up_as_files_are_and_malformed_ones_are_not(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def signed_by() -> set[str]:
        return set(office.webhooks._signers)

    office.secrets["umea_kommun"] = OTHER_SECRET
    office.keeps_up.look()
    assert "umea_kommun" not in signed_by(), "somebody may still be writing it"
    office.keeps_up.look()
    assert signed_by() == {"arbetsformedlingen", "umea_kommun"}
    office.secrets["umea_kommun"] = "whsec_short"
    office.look_twice()
    assert signed_by() == {"arbetsformedlingen", "umea_kommun"}
    assert [one for one in caplog.messages if one.startswith("the webhook secrets stay as they were")]
