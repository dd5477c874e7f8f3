"""The lines of lists, the work queue and the ledger, and how a row of the database becomes one."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from activities.contents import LedgerContents, erased, opened
from activities.delivery import Delivery
from activities.seals import CannotOpen, Seal
from models.fields import BothLanguages, Strict
from models.identifiers import CandidateNumber, JourneyId
from models.journey.fold import Entry, entries_of, in_effect
from models.message import Message, msg
from models.partners.partner import CANDIDATE
from models.programme.position import KeptNeed
from models.projections.item_words import item_in_words
from models.projections.open_items import OpenItem
from models.sign_ins import SignIn, read_sign_in
from models.stages import EndReason, Stage
from models.state.recipients import MANAGER
from models.tables.journeys import JourneyRow, OpenItemRow, PositionRow
from runtime.i18n import _, _n, called, translate, using_language
from services.queries.free_places import FreeInPeriod, FreePlaces
from services.queries.unreadable import ReceiptOfRow, StageOfRow, is_an_event

Id = Annotated[str, BeforeValidator(str)]

InBoth = Annotated[
    BothLanguages, BeforeValidator(lambda kept: BothLanguages.from_column(kept) if isinstance(kept, str) else kept)
]
"""A text as the table keeps it, in both languages."""

Need = Annotated[KeptNeed, BeforeValidator(lambda kept: KeptNeed.from_column(kept) if isinstance(kept, str) else kept)]
"""A staffing need as the table keeps it."""


class Queued(Strict):
    """Somebody in the work queue."""

    journey_id: str
    candidate: str
    programme: str
    since: date
    site: str
    coordinator: str


class WorkLine(Queued):
    """Something that somebody needs: what, of whom, since when and until when. `what` says in English words what it is.

    `overdue_days` is negative where it is not due yet; `when` says the same in English words.
    """

    stage: Stage
    of_whom: str
    waits_for: str
    what: str
    item: OpenItem
    due_on: date
    overdue_days: int
    when: str


class WorkPage(Strict):
    """A page of the work queue; `more` says that another one follows.

    On all pages together so many journeys are `needing` something, and of so many something is `late`.
    """

    day: date
    page: int
    more: bool
    needing: int
    late: int
    lines: tuple[WorkLine, ...]


class WaitingLine(Queued):
    """Somebody who waits for a place, how long, and the free positions that fit, those in the same town first. `number`
    is the one that was drawn, as long as nothing was offered. `fitting_in` are the periods in which each of these
    positions has a free place, by its id, where the programme has periods."""

    waited_days: int
    profile: str | None
    number: int | None = None
    fitting: tuple[str, ...]
    fitting_in: dict[str, tuple[FreeInPeriod, ...]] = Field(default_factory=dict)


class WaitingPage(Strict):
    """A page of those who wait for a place; `more` says that another one follows."""

    page: int
    more: bool
    lines: tuple[WaitingLine, ...]


def item_of(row: OpenItemRow) -> OpenItem:
    return OpenItem(**{name: getattr(row, name) for name in OpenItem.model_fields})


def work_line(row: OpenItemRow, today: date) -> WorkLine:
    assert row.due_on is not None
    fields = {name: getattr(row, name) for name in ("journey_id", "candidate", "of_whom", "since", "due_on", "stage")}
    fields |= {name: getattr(row, name) for name in ("programme", "site", "coordinator")}
    item, days = item_of(row), (today - row.due_on).days
    with using_language("en"):
        what, when = translate(item_in_words(item)), in_words(days)
    return WorkLine(**fields, waits_for=row.what, item=item, what=what, overdue_days=days, when=when)


def waiting_line(
    row: JourneyRow, positions: Iterable[PositionRow], free: FreePlaces, today: date, number: int | None = None
) -> WaitingLine:
    """Somebody who waits, and of these positions those that fit and have a free place."""
    theirs = [one for one in positions if one.profile == row.profile and row.programme in one.programmes.split()]
    fitting = [one for one in theirs if free.most(one, row.programme) > 0]
    periods = {one.id: [each for each in free.in_periods(one, row.programme) if each.free > 0] for one in fitting}
    here_first = sorted(fitting, key=lambda one: one.site != row.site)
    fields = {name: getattr(row, name) for name in WaitingLine.model_fields if hasattr(row, name)}
    ids = tuple(one.id if one.site == row.site else f"{one.id} in {one.site}" for one in here_first)
    free_in = {name: tuple(found) for name, found in periods.items() if found}
    days = (today - row.since).days
    return WaitingLine(**fields, waited_days=days, number=number, fitting=ids, fitting_in=free_in)


def in_words(overdue_days: int) -> str:
    """How long something is overdue, or how soon it is due."""
    if overdue_days == 0:
        return _("today")
    if overdue_days > 0:
        return _n("{count} day overdue", "{count} days overdue", overdue_days)
    return _n("in {count} day", "in {count} days", -overdue_days)


class JourneyLine(Strict):
    """A journey in a list."""

    journey_id: JourneyId
    candidate: CandidateNumber
    programme: str
    stage: Stage
    since: date
    paused: bool
    site: str
    coordinator: str
    position: str | None
    end_reason: EndReason | None
    hired_on: date | None
    of_whom: str
    waits_for: str
    due_on: date | None
    limit_on: date | None
    limit_by: str | None
    referring_partner: str | None
    profile: str | None
    events: int
    erased_on: date | None


def never_begun(journey_id: JourneyId, day: date) -> JourneyLine:
    unsaid = dict.fromkeys(JourneyLine.model_fields)
    said = {"journey_id": journey_id, "candidate": journey_id.candidate, "programme": journey_id.programme}
    begun = {"stage": Stage.REFERRAL, "since": day, "paused": False, "site": "", "coordinator": "", "events": 0}
    return JourneyLine.model_validate({**unsaid, "of_whom": "", "waits_for": "", **said, **begun})


SignInOfRow = Annotated[SignIn | None, BeforeValidator(read_sign_in)]
"""By what a server knew the author, where it has signed for them."""


class LedgerLine(Strict):
    """A ledger row: what was said, by whom, the answer, and its link of the chain (see `models.ledger.hash_chain`)."""

    journey_id: str
    row: int
    event_id: Id
    kind: str
    actor: str | None
    effective_on: date | None
    recorded_at: datetime
    accepted: bool
    rule: str | None
    source: str | None
    stage_before: StageOfRow
    stage_after: StageOfRow
    event: dict[str, Any] | None
    digest: str
    rules_digest: str | None
    receipt: ReceiptOfRow
    previous: str
    hash: str
    sign_in: SignInOfRow = None


def contents_in(seal: Seal | None, row: Any) -> dict[str, Any]:
    """What is sealed in a ledger row, by name: nothing where it does not open, and what the other columns say where it
    was erased."""
    try:
        return (opened(seal, row) if seal else erased(row))._asdict()
    except CannotOpen:
        return dict.fromkeys(LedgerContents._fields)


def ledger_line(row: Mapping[str, Any]) -> LedgerLine:
    """A row of the table `ledger`, opened."""
    return LedgerLine.model_validate({name: row[name] for name in LedgerLine.model_fields if name in row})


def accepted_entries(lines: Iterable[LedgerLine]) -> tuple[Entry, ...]:
    """The accepted events of ledger lines, in the order of recording."""
    return entries_of(line for line in lines if line.receipt.accepted and is_an_event(line.event))


def events_in_effect(rows: Iterable[LedgerLine]) -> list[dict[str, Any]]:
    """A journey's accepted events as corrected, as data, in their order."""
    return [entry.event.model_dump(mode="json") for entry in in_effect(accepted_entries(rows))]


class NoticeLine(Strict):
    """A notice and how far it has come."""

    notice_id: Id
    journey_id: str
    event_id: Id
    kind: str
    recipient: str
    status: Delivery
    attempts: int
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None
    sent_to: str | None
    acknowledged_at: datetime | None
    bounced_at: datetime | None = None

    @property
    def became(self) -> Message:
        """How far it has come, in words; of a mail that was sent and came back, that."""
        return CAME_BACK if self.bounced_at is not None else self.status.in_words


CAME_BACK = msg("delivery.came_back", "came back undelivered")

PARTS = {
    MANAGER: msg("recipient.manager", "the programme's manager"),
    CANDIDATE: msg("recipient.candidate", "the candidate (by the coordinator)"),
}
"""Recipients that stand for a part in the journey."""


def told_to(recipient: str, sent_to: str | None) -> str:
    """Whom a notice was sent to; before that, whom it is meant for."""
    return called("recipient", sent_to or (translate(PARTS[recipient]) if recipient in PARTS else recipient))


class PositionLine(Strict):
    """A position and how many of its places are free: on all days, and in each period that a programme has."""

    id: str
    title: InBoth
    unit: InBoth
    site: str
    staffing_need: Need | None
    profile: str
    programmes: str
    places: int
    free: int = 0
    free_in: tuple[FreeInPeriod, ...] = ()

    @property
    def is_by_period(self) -> bool:
        """Whether places are given by period in each programme of it."""
        return {one.programme for one in self.free_in} == {*self.programmes.split()}

    @property
    def has_free(self) -> bool:
        """Whether a place is free, on all days or in some period."""
        return self.free > 0 or any(one.free > 0 for one in self.free_in)


def position_line(row: PositionRow, free: FreePlaces) -> PositionLine:
    """A position with its free places."""
    line = PositionLine.model_validate(row, from_attributes=True)
    by_period = chain.from_iterable(free.in_periods(row, programme) for programme in row.programmes.split())
    return line.model_copy(update={"free": free.on_all_days(row), "free_in": tuple(by_period)})
