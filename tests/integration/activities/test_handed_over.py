"""Who were handed over together are told of in one letter each way, which names both; nobody is left out."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine
from temporalio.testing import ActivityEnvironment

from activities.addressees import Addressees
from activities.announce import Announcement, Announcer, NotDelivered, Sender
from activities.delivery import Delivery
from activities.letterhead import Letterhead
from activities.outbox import Outbox
from activities.recording_checks import Directory
from activities.sealing import sealer_on
from models.access.lendings import Lendings
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient
from runtime.rulebook.names import NamesIn
from services.queries.lists import Lists
from tests.support.authority import authority
from tests.support.databases import migrated
from tests.support.programmes import RULES
from tests.support.recording import ANNA, BO, CHARLIE, RecordedWay, recorder_on

TOGETHER = {"id": uuid4(), "count": 3}
PEOPLE = ("anna.berg", "bo.lind", "lena.strand")

THREE = (ANNA, BO, CHARLIE)
"""Numbers of candidates."""


class Letters:
    """Takes every letter, with whom it is for."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Notice]] = []

    async def send(self, notice: Notice, to: Recipient, head: Letterhead) -> None:  # noqa: ARG002
        self.sent.append((to.id, notice))


class Office:
    """Three of Anna's who are handed over to Bo, and what is announced of it."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.letters = engine, Letters()
        self.ways = [RecordedWay(recorder_on(engine), one).comes("referred", "referral_accepted") for one in THREE]
        self.now = datetime.combine(self.ways[0].day, time(9), UTC)
        self.events: list[tuple[str, UUID]] = []

    def hands_over(self, way: RecordedWay, **more: Any) -> None:
        said = {"coordinator": "bo.lind", "leaves": "anna.berg", "actor": "coordinator:anna.berg", **more}
        receipt = way.tells("coordinator_changed", **said)
        assert receipt.accepted, receipt
        self.events.append((str(way.id), receipt.event_id))

    async def announces(self, number: int) -> bool:
        """Announce one of the events once; whether nothing of it is left to send."""
        senders: dict[Channel, Sender] = dict.fromkeys(Channel, self.letters)
        addressees = Addressees(Directory(RULES.partners), authority(), NamesIn(RULES))
        announcer = Announcer(Outbox(self.engine), authority(), addressees, senders, lambda: self.now)
        journey_id, event_id = self.events[number]
        for way in self.ways:  # as after a restart: their keys are read by the one connection that there is
            sealer_on(self.engine).forget(way.candidate)
        try:
            await ActivityEnvironment().run(announcer.announce, Announcement(journey_id=journey_id, event_id=event_id))
        except NotDelivered:
            return False
        return True

    def pending(self) -> int:
        lists = Lists(self.engine)
        return sum(one.status is Delivery.PENDING for way in self.ways for one in lists.notices_of(way.id))


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True))


async def test_one_letter_each_way_names_both_and_lists_all(office: Office) -> None:
    office.hands_over(office.ways[0], together=TOGETHER)
    assert not await office.announces(0), "the others are still to come"
    for way in office.ways[1:]:
        office.hands_over(way, together=TOGETHER)
    assert not await office.announces(2), "another one tells of it"
    assert await office.announces(0)
    assert await office.announces(1)
    assert await office.announces(2)
    mine = [(to, notice) for to, notice in office.letters.sent if to in ("anna.berg", "bo.lind")]
    assert sorted(to for to, _ in mine) == ["anna.berg", "bo.lind"]
    for _to, notice in mine:
        assert notice.details["candidates"] == ", ".join(THREE)
        assert notice.details["leaves"] == "Anna Berg"
        assert notice.details["takes_over"].startswith("Bo Lind")
    told = [one for way in office.ways for one in Lists(office.engine).notices_of(way.id)]
    handed_over = [one for one in told if one.kind == "coordinator_changed"]
    assert {(one.recipient, one.status) for one in handed_over} == {
        ("anna.berg", Delivery.SENT),
        ("bo.lind", Delivery.SENT),
    }


async def test_what_was_broken_off_is_told_as_far_as_it_came(office: Office) -> None:
    for way in office.ways[:2]:
        office.hands_over(way, together=TOGETHER)
    assert not await office.announces(0)
    office.now += timedelta(minutes=3)
    assert await office.announces(0)
    assert {notice.details["candidates"] for _to, notice in office.letters.sent} == {f"{ANNA}, {BO}"}


async def test_where_the_one_that_should_tell_has_stopped_each_is_told_by_itself(office: Office) -> None:
    for way in office.ways:
        office.hands_over(way, together=TOGETHER)
    assert not await office.announces(2)
    office.now += timedelta(minutes=11)
    assert await office.announces(2)
    assert {notice.details["candidates"] for _to, notice in office.letters.sent} == {CHARLIE}


async def test_others_are_not_taken_for_mates(office: Office) -> None:
    office.hands_over(office.ways[0], together={"id": uuid4(), "count": 2})
    office.hands_over(office.ways[1], together={"id": uuid4(), "count": 2})
    office.hands_over(office.ways[2])
    assert not await office.announces(0)
    assert await office.announces(2)
    assert {notice.details["candidates"] for _to, notice in office.letters.sent} == {CHARLIE}


async def test_who_has_handed_over_reads_of_it_whoever_had_the_candidate_lent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    lent = {"anna.berg": "lena.strand"}
    monkeypatch.setattr(Lendings, "borrower_of", lambda _self, _journey, coordinator, _at: lent.get(coordinator))
    office.hands_over(office.ways[0])
    assert await office.announces(0)
    assert {to for to, _ in office.letters.sent if to in PEOPLE} == {"anna.berg", "bo.lind"}


def test_who_leaves_is_the_coordinator_of_before(office: Office) -> None:
    said = {"coordinator": "bo.lind", "leaves": "karin.holm", "actor": "coordinator:anna.berg"}
    receipt = office.ways[0].tells("coordinator_changed", **said)
    assert (receipt.accepted, receipt.rule) == (False, "somebody_else_takes_over")
