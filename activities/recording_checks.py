"""What only the database and the directory know of an event: each check says why it cannot be recorded, or None.

Places of positions are taken and freed here, inside the ledger's transaction, so that the last one cannot be given
twice.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from activities.accepted_entries import accepted_entries
from activities.cohorts import no_place_in_cohort
from activities.free_texts import is_kept
from activities.lost_rows import not_lost_by_two
from activities.lots import out_of_order
from activities.places_by_day import spans_held
from activities.seals import Seal
from activities.turns import not_in_turn
from models.access.authorship import said_in
from models.access.charge import NAME_A_COORDINATOR, is_staff, takes_charge
from models.access.register import Register
from models.calendar.swedish_day import day_in_sweden
from models.events.events import InternshipAgreed, InternshipExtended
from models.events.texts import texts_in
from models.fields import BothLanguages
from models.identifiers import JourneyId, Role
from models.journey.fold import Entry, in_effect
from models.ledger.entry import LedgerEntry
from models.message import Message, msg
from models.partners.notice import ALL, disclosed_to
from models.partners.partner import Partner
from models.programme.periods import most_at_once
from models.programme.position import employees_in
from models.programme.training import Completion, TrainingPackage
from models.rules import recording as rules
from models.rules.decision import Refusal
from models.rules.registry import first_refusal
from models.tables.base import table_of
from models.tables.journeys import PlaceRow, PositionRow
from models.tables.ledger import NoticeRow
from models.tables.training import TrainingCompletionRow, UnitStaffRow


class PartnersUnread(Exception):
    """Nobody knows who the partners are until the fault in their file is corrected. Repeating helps then."""

    says_nothing_personal = True

    def __init__(self) -> None:
        super().__init__("partners.toml is set aside, as it has a fault; correct it, and this goes on")


class Directory:
    """Partners, looked up by name. None where their file has a fault and was never good."""

    def __init__(self, partners: Iterable[Partner] | None) -> None:
        self.know(partners)

    def know(self, partners: Iterable[Partner] | None) -> None:
        """Go by these from now on."""
        self._partners = None if partners is None else {partner.id: partner for partner in partners}

    def __contains__(self, name: object) -> bool:
        return name in (self._partners or {})

    def find(self, name: str) -> Partner | None:
        """A partner; None where there is none. Raises PartnersUnread."""
        if self._partners is None:
            raise PartnersUnread
        return self._partners.get(name)

    def may_learn(self, register: Register, name: str) -> frozenset[str]:
        """The fields of an event that somebody may be told: staff all of them."""
        partner = self.find(name)
        return ALL if partner is None and is_staff(register, name) else disclosed_to(partner)


ROLES = frozenset({"temporary_role_agreed", "permanent_role_agreed"})


def refused_by(session: Session, register: Register, entry: LedgerEntry, held: str | None) -> Refusal | None:
    """The first refusal; where there is none, the place is held and the notice acknowledged as the event says. `held`
    is the position of which the journey holds a place now."""
    return (
        entry.refused
        or not_lost_by_two(session, register, entry)
        or not_in_turn(session, register, entry)
        or _unknown_coordinator(register, entry)
        or mark_acknowledged(session, entry)
        or _unknown_position(session, entry)
        or _untrained(session, entry)
        or no_place_in_cohort(session, register, entry)
        or out_of_order(session, entry)
        or _units_alike(session, entry)
        or hold(session, register, entry, held)
    )


def foreseen(session: Session, register: Register, entry: LedgerEntry) -> Refusal | None:
    """The refusal that `refused_by` would give now, as far as reading tells. Takes no place and locks nothing."""
    held = session.get(PlaceRow, entry.journey_id)
    is_new = entry.span is not None or (held.position if held else None) != entry.place
    takes_one = entry.place is not None and is_new
    return (
        entry.refused
        or not_in_turn(session, register, entry, locking=False)
        or _unknown_coordinator(register, entry)
        or _unknown_position(session, entry)
        or _untrained(session, entry)
        or no_place_in_cohort(session, register, entry, locking=False)
        or out_of_order(session, entry)
        or _units_alike(session, entry)
        or (_why_not(session, register, entry, str(entry.place), locking=False) if takes_one else None)
    )


def _unknown_coordinator(register: Register, entry: LedgerEntry) -> Refusal | None:
    """A candidate is referred, and handed over, to a coordinator or manager of the programme who works here then."""
    for said in said_in(entry.event):
        if said.get("kind") in NAME_A_COORDINATOR:
            name, at = said["coordinator"], entry.recorded_at
            if not takes_charge(register, name, entry.programme, at):
                return rules.the_coordinator_is_known.refuse(
                    msg(
                        "the_coordinator_is_known.unknown",
                        "{name} does not work as a coordinator in this programme. Choose somebody who does.",
                        name=name,
                    )
                )
    return None


def not_kept_apart(session: Session, entry: LedgerEntry, seal: Seal) -> Refusal | None:
    """An event that carries a text itself, or a reference to none that is kept for it, is refused: what is written of
    a person must not travel through histories that nobody can mend."""
    if all(is_kept(session, seal, entry.journey_id, place, text) for place, text in texts_in(entry.event)):
        return None
    return rules.the_text_is_kept_apart.refuse(
        msg(
            "the_text_is_kept_apart.missing",
            "A text of the event is not kept apart from it. Send the event with the product's own commands.",
        )
    )


def mark_acknowledged(session: Session, entry: LedgerEntry) -> Refusal | None:
    """Mark the notice that a partner confirms, or say why it is not one of this journey's to that partner."""
    if entry.kind != "partner_acknowledged" or entry.event is None or entry.actor is None:
        return None
    row = session.get(NoticeRow, UUID(str(entry.event["notice_id"])))
    is_partner, name = entry.actor.role is Role.PARTNER, entry.actor.name
    if row is None or row.journey_id != entry.journey_id or (is_partner and row.recipient != name):
        return rules.the_notice_exists.refuse(
            msg(
                "the_notice_exists.unknown",
                "This journey has no notice with that id to that partner. Check the number of the notice.",
            )
        )
    row.acknowledged_at = row.acknowledged_at or entry.recorded_at
    return None


def _unknown_position(session: Session, entry: LedgerEntry) -> Refusal | None:
    """A role is on a position of the journey's programme."""
    for said in said_in(entry.event):
        if said.get("kind") in ROLES and not is_of(session.get(PositionRow, said["position"]), entry.programme):
            return no_such_position(said["position"])
    return None


def _untrained(session: Session, entry: LedgerEntry) -> Refusal | None:
    """Those who receive an intern have taken the programme's training. An unknown position is refused anyway."""
    demand = entry.training
    position = session.get(PositionRow, demand.position) if demand else None
    if demand is None or position is None:
        return None
    unit = BothLanguages.from_column(position.unit).sv
    staff = staff_of(session, unit, demand.starts_on)
    people = {*staff, *filter(None, (demand.supervisor, demand.mentor))}
    taken = taken_by(session, demand.rule.package, people)
    return first_refusal(rules.TRAINING_RULES, demand, unit, staff, taken)


def staff_of(session: Session, unit: str, day: date, known_by: datetime | None = None) -> dict[str, str]:
    """Who works in a unit on a day, each with their form of employment, as it was recorded by a moment, or is now. Of
    one employment the latest row holds."""
    query = select(UnitStaffRow).where(UnitStaffRow.unit == unit).order_by(UnitStaffRow.id)
    rows = session.scalars(query if known_by is None else query.where(UnitStaffRow.recorded_at <= known_by))
    employments = {(row.person, row.from_day): row for row in rows}
    return {
        row.person: row.form
        for row in sorted(employments.values(), key=lambda row: row.from_day)
        if not row.struck and row.from_day <= day <= (row.until_day or day)
    }


def taken_by(
    session: Session, package: TrainingPackage, people: Collection[str], known_by: datetime | None = None
) -> dict[str, list[Completion]]:
    """What each of these people has taken of a package, as it was recorded by a moment, or is now. Of one completion
    the latest row holds."""
    table = TrainingCompletionRow
    query = select(table).where(table.package == package.id, table.person.in_(people)).order_by(table.id)
    query = query if known_by is None else query.where(table.recorded_at <= known_by)
    latest = {(row.person, row.part, row.completed_on): row for row in session.scalars(query)}
    taken: dict[str, list[Completion]] = {}
    for row in latest.values():
        if not row.struck:
            taken.setdefault(row.person, []).append(Completion(row.person, row.part, row.completed_on))
    return taken


def hold(session: Session, register: Register, entry: LedgerEntry, held: str | None) -> Refusal | None:
    """Let the journey, which now holds a place of the position `held`, hold exactly the one that `entry` says, or say
    why it cannot."""
    its_place = PlaceRow.journey_id == entry.journey_id
    if held == entry.place:
        refused = _taken_on_those_days(session, register, entry, held) if held and entry.span else None
        if refused is not None:
            return refused
        if held is not None and entry.place_since is not None:
            session.execute(update(PlaceRow).where(its_place).values(taken_at=entry.place_since))
        return None
    if entry.place is not None:
        why_not = _why_not_again if entry.kind == "repaired" else _why_not
        refused = why_not(session, register, entry, entry.place)
        if refused is not None:
            return refused
    if held is not None:
        session.execute(delete(PlaceRow).where(its_place))
    if entry.place is not None:
        taken_at = entry.place_since or entry.recorded_at
        place = {"journey_id": entry.journey_id, "position": entry.place, "taken_at": taken_at}
        session.connection().execute(insert(table_of(PlaceRow)).inline(), place)
    return None


def is_of(position: PositionRow | None, programme: str) -> bool:
    return position is not None and programme in position.programmes.split()


def no_such_position(wanted: str) -> Refusal:
    return rules.the_position_exists.refuse(
        msg(
            "the_position_exists.unknown",
            "Unknown position {wanted} in this programme. Look up its positions.",
            wanted=wanted,
        )
    )


def _why_not(
    session: Session, register: Register, entry: LedgerEntry, wanted: str, *, locking: bool = True
) -> Refusal | None:
    # The lock makes those who want the last place come one after another.
    position = session.get(PositionRow, wanted, with_for_update=locking)
    if position is None or not is_of(position, entry.programme):
        return no_such_position(wanted)
    if not position.staffing_need:
        return rules.the_position_fills_a_need.refuse(
            msg(
                "the_position_fills_a_need.none",
                "{wanted} does not state which staffing need it fills. Choose another position, or add "
                "the need to the position.",
                wanted=wanted,
            )
        )
    if position.profile != entry.profile and not _is_asked_for(session, entry):
        return rules.checked_for_the_position.refuse(
            msg(
                "checked_for_the_position.profile_gone",
                "{wanted} requires the profile {profile}, and no position asks any more for {checked}, against which "
                "the candidate was checked. Have the manager move the journey to the rules of today, then strike the "
                "check and record it anew.",
                wanted=wanted,
                profile=position.profile,
                checked=entry.profile,
            )
        )
    if position.profile != entry.profile:
        return rules.checked_for_the_position.refuse(
            msg(
                "checked_for_the_position.other_profile",
                "{wanted} requires the profile {profile}, but the candidate was checked against "
                "{checked}. Choose another position, or correct the check.",
                wanted=wanted,
                profile=position.profile,
                checked=entry.profile,
            )
        )
    refused = _same_unit(session, entry, position) or _where_last_worked(entry, position)
    if entry.span is not None:
        refused = refused or _taken_on_those_days(session, register, entry, wanted, locking=locking)
        return refused or _too_many_interns(session, entry, position, locking=locking)
    taken = session.scalar(select(func.count()).where(PlaceRow.position == wanted)) or 0
    if refused is not None:
        return refused
    if taken >= position.places:
        return rules.a_place_is_free.refuse(_taken(session, register, entry, position))
    return _too_many_interns(session, entry, position, locking=locking)


def _taken_on_those_days(
    session: Session, register: Register, entry: LedgerEntry, wanted: str, *, locking: bool = True
) -> Refusal | None:
    """Where a programme has periods a place is one on each day, so that the same place takes one person in each."""
    assert entry.span is not None
    position = session.get(PositionRow, wanted, with_for_update=locking)
    if position is None:
        return no_such_position(wanted)
    there = most_at_once(spans_held(session, register, wanted, entry.journey_id), entry.span)
    if there < position.places:
        return None
    message = msg(
        "a_place_is_free.taken_on_those_days",
        "Every place of {wanted} is taken from {starts_on} to {ends_on} ({places} in all). Choose another period or "
        "another position.",
        wanted=wanted,
        starts_on=entry.span.starts_on,
        ends_on=entry.span.ends_on,
        places=position.places,
    )
    return rules.a_place_is_free.refuse(message)


def _too_many_interns(session: Session, entry: LedgerEntry, position: PositionRow, *, locking: bool) -> Refusal | None:
    """Of the interns of a unit there are only so many at a time as its ordinary employees allow."""
    if entry.interns is None:
        return None
    there = positions_of_unit(session, position.unit)
    if locking:  # Whoever holds the first of a unit wants no other, so nobody waits for one another.
        session.execute(select(PositionRow.id).where(PositionRow.id == there[0]).with_for_update())
    others = select(func.count()).where(PlaceRow.position.in_(there), PlaceRow.journey_id != entry.journey_id)
    employees, interns = employees_in(position.staffing_need), session.scalar(others) or 0
    return rules.the_unit_is_large_enough(entry.interns, position.id, employees, interns)


def _same_unit(session: Session, entry: LedgerEntry, position: PositionRow) -> Refusal | None:
    """Where the programme asks for it, the unit is none in which the candidate has completed an internship."""
    if entry.other_unit is None or entry.other_unit.is_corrected:
        return None
    before = set(_units(session, entry.other_unit.earlier).values())
    unit = BothLanguages.from_column(position.unit).sv
    return rules.the_unit_is_another(entry.other_unit, position.id, unit, before)


def _units_alike(session: Session, entry: LedgerEntry) -> Refusal | None:
    """Where an internship that was completed is corrected to have been elsewhere, two of them in the same unit."""
    demand = entry.other_unit
    if demand is None or not demand.is_corrected:
        return None
    units, before = _units(session, demand.earlier), set[str]()
    for position in demand.earlier:
        unit = units.get(position, position)
        if (refused := rules.the_unit_is_another(demand, position, unit, before)) is not None:
            return refused
        before.add(unit)
    return None


def _units(session: Session, positions: Collection[str]) -> dict[str, str]:
    """The names of the units of positions, in Swedish."""
    rows = session.execute(select(PositionRow.id, PositionRow.unit).where(PositionRow.id.in_(positions)))
    return {position: BothLanguages.from_column(unit).sv for position, unit in rows}


def _where_last_worked(entry: LedgerEntry, position: PositionRow) -> Refusal | None:
    """Where the programme asks for it, the unit is not that in which the candidate last worked."""
    if entry.last_worked is None:
        return None
    unit = BothLanguages.from_column(position.unit)
    return rules.the_unit_is_not_the_last_one(entry.last_worked, position.id, (unit.sv, unit.en))


def positions_of_unit(session: Session, unit: str) -> list[str]:
    """The ids of the positions of a unit, in their order. Its name in Swedish is what it is known by."""
    name = BothLanguages.from_column(unit).sv
    rows = session.execute(select(PositionRow.id, PositionRow.unit).order_by(PositionRow.id))
    return [id_ for id_, of in rows if BothLanguages.from_column(of).sv == name]


def _is_asked_for(session: Session, entry: LedgerEntry) -> bool:
    """Whether a position with places still asks for the profile that the candidate was checked against."""
    query = select(PositionRow.programmes).where(PositionRow.profile == entry.profile, PositionRow.places > 0)
    return any(entry.programme in programmes.split() for programmes in session.scalars(query))


def _taken(session: Session, register: Register, entry: LedgerEntry, position: PositionRow) -> Message:
    """That every place is taken, and from which day on one is free, as the internships are agreed."""
    places = {"places": position.places, "wanted": position.id}
    if entry.kind == "resumed":
        return msg(
            "a_place_is_free.after_the_pause",
            "The pause had freed the place, and every place of {wanted} is now taken ({places} in all). Resume the "
            "journey as one that seeks a new place, or wait until a place there is free.",
            **places,
        )
    if position.places == 0:
        return msg(
            "a_place_is_free.offered_no_more",
            "{wanted} is no longer offered. Choose another position, or correct the agreement to another one.",
            wanted=position.id,
        )
    day = _free_from(session, register, position.id)
    if day is None:
        return msg(
            "a_place_is_free.taken",
            "Every place of {wanted} is taken ({places} in all). Choose a position with a free place.",
            **places,
        )
    if day <= day_in_sweden(entry.recorded_at):
        return msg(
            "a_place_is_free.overdue",
            "Every place of {wanted} is taken ({places} in all), though an internship there was to be over by {day}. "
            "Record how it ended, or choose a position with a free place.",
            day=day,
            **places,
        )
    return msg(
        "a_place_is_free.free_from",
        "Every place of {wanted} is taken ({places} in all), and the first is free from {day} on, as agreed. An "
        "agreement takes its place on the day on which it is recorded, also where it begins later. Record it then, or "
        "choose a position with a free place.",
        day=day,
        **places,
    )


def _free_from(session: Session, register: Register, position: str) -> date | None:
    """The first day after the earliest last day of the internships that hold the places of a position."""
    engine = session.get_bind().engine
    held_by = session.scalars(select(PlaceRow.journey_id).where(PlaceRow.position == position)).all()
    read = (accepted_entries(session, engine, register, JourneyId.parse(journey_id)) for journey_id in held_by)
    ends = [last_day for one in read if (last_day := _internship_ends(one.entries)) is not None]
    return min(ends) + timedelta(days=1) if ends else None


def _internship_ends(entries: Sequence[Entry]) -> date | None:
    """The last day of the latest internship that a journey's events agree on."""
    events = [entry.event for entry in in_effect(entries)]
    ends = [event.ends_on for event in events if isinstance(event, InternshipAgreed | InternshipExtended)]
    return ends[-1] if ends else None


def _why_not_again(session: Session, register: Register, entry: LedgerEntry, wanted: str) -> Refusal | None:
    """Why the place of an agreement that was accepted cannot be had back: of today's rules only the count matters."""
    if entry.span is not None:
        return _taken_on_those_days(session, register, entry, wanted)
    position = session.get(PositionRow, wanted, with_for_update=True)
    if position is None:
        return no_such_position(wanted)
    taken = select(func.count()).where(PlaceRow.position == wanted, PlaceRow.journey_id != entry.journey_id)
    # Of one that has left the files nobody else can be given a place.
    if position.places == 0 or (session.scalar(taken) or 0) < position.places:
        return None
    return rules.a_place_is_free.refuse(
        msg(
            "a_place_is_free.repair",
            "Others have every place of {wanted} ({places} in all). Add a place to the position, or "
            "have the coordinator correct the internship, and repair again.",
            places=position.places,
            wanted=wanted,
        )
    )
