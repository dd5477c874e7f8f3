"""How an opened identity looks in a terminal, and what was remarked."""

from collections.abc import Mapping, Sequence
from datetime import date

from interfaces.cli.output import journeys, show
from runtime.i18n import _, _n, as_actor, as_kind, as_typed, translate
from services.identities.access import earlier_in_plain, in_plain
from services.identities.contact import FIELDS, shown_of
from services.identities.finding import Found
from services.identities.register import Person
from services.looked_after import Colleague
from services.queries.lines import LedgerLine
from services.recording.reminding import OpenReminder
from services.texts import TextLine


def person(person: Person) -> None:
    for field, value in in_plain(person).items():
        show.tell(f"{translate(FIELDS[field])}: {shown_of(field, value)}")
    for one in earlier_in_plain(person):
        until = _("until {day}", day=one["until"])
        show.tell(f"{translate(FIELDS[one['field']])} ({until}): {shown_of(one['field'], one['value'])}")


def called(person: Person | None) -> None:
    """The number at which somebody is called, where it is known."""
    if person and person.phone:
        show.tell(_("Telephone: {phone}", phone=person.phone))


def same_as(others: Sequence[str]) -> None:
    """The other numbers of the same person, where candidates were joined."""
    if others:
        show.tell(_("The same person as {candidates}.", candidates=", ".join(others)))


def found(found: Found, today: date) -> None:
    """Whoever was found, one block each: no table would hold it all."""
    if found.near and found.lines:
        show.tell(_("Nobody is called exactly so. Did you mean:"))
    for line in found.lines:
        who = f"{line.candidate}  {line.name}" if line.name else line.candidate
        show.tell(who, style="bold")
        if line.same_as is not None:
            show.tell("  " + _("The same person as {candidates}.", candidates=line.same_as))
        stage = f"{as_typed(line.stage)}{journeys.if_paused(line.paused)}"
        place = {"programme": line.programme, "stage": stage, "day": line.since}
        show.tell("  " + _("{programme}: {stage}, since {day}", **place))
        for one in line.items:
            show.tell(f"  {journeys.item(one, today, line.tasks.get(one.item))}")
        if line.works_at:
            place = {"place": line.works_at, "day": line.works_until}
            show.tell("  " + (_("At {place}, until {day}.", **place) if line.works_until else line.works_at))
        people = {_("telephone"): line.phone, _("coordinator"): _reached(line.coordinator)}
        for label, colleague in ((_("supervisor"), line.supervisor), (_("mentor"), line.mentor)):
            people[label] = _reached(colleague) if colleague else None
        for label, value in people.items():
            if value:
                show.tell(f"  {label}: {value}")
    _not_shown(found)


def _not_shown(found: Found) -> None:
    if found.more:
        told = _n("{count} more person fits. Narrow it down.", "{count} more people fit. Narrow it down.", found.more)
        show.tell(told)
    if found.others and found.near:
        told = _n(
            "{count} more person in a colleague's charge is called nearly so. State why with --because to see who.",
            "{count} more people in colleagues' charge are called nearly so. State why with --because to see who.",
            found.others,
        )
        show.tell(told)
    elif found.others:
        told = _n(
            "{count} more person fits, in a colleague's charge. State why with --because to see who.",
            "{count} more people fit, in colleagues' charge. State why with --because to see who.",
            found.others,
        )
        show.tell(told)


def _reached(colleague: Colleague) -> str:
    phone = colleague.phone or _("no telephone number is noted")
    return f"{colleague.name or colleague.id}, {phone}"


def remarks(lines: Sequence[TextLine]) -> None:
    _texts(lines, _("remark"), _("Nothing is remarked."))


def notes(lines: Sequence[TextLine], ledger: Sequence[LedgerLine]) -> None:
    """What was noted, with the day that each note is of."""
    days = {line.row: line.effective_on for line in ledger}
    rows = (
        (one.row or "–", days.get(one.row or 0, "–"), _of(one), as_actor(one.written_by), one.text) for one in lines
    )
    show.table("", (_("row"), _("day"), _("on"), _("by"), _("note")), rows, _("Nothing is noted."))


def latest_notes(lines: Sequence[TextLine], ledger: Sequence[LedgerLine], count: int) -> None:
    """The latest of so many notes, where there are any."""
    if lines:
        notes(lines, ledger)
    if count > len(lines):
        show.tell(_n("There is {count} note: see --notes.", "There are {count} notes: see --notes.", count))


def reminders(lines: Sequence[OpenReminder], tasks: Mapping[str, str]) -> None:
    """What is to be reminded of, where there is anything, with the day of each."""
    if lines:
        rows = ((one.row, one.remind_on, tasks.get(str(one.event_id), "–")) for one in lines)
        show.table("", (_("row"), _("day"), _("reminder")), rows, "")


def struck(lines: Sequence[TextLine]) -> None:
    _texts(lines, _("struck text"), _("No text was struck."))


def _texts(lines: Sequence[TextLine], named: str, none: str) -> None:
    rows = (
        (one.row or "–", _of(one), as_actor(one.written_by), show.minute(one.written_at), one.text) for one in lines
    )
    show.table("", (_("row"), _("on"), _("by"), _("written"), named), rows, none)


def _of(line: TextLine) -> str:
    if line.row is None:
        return _("an event that has not arrived")
    kind = as_kind(str(line.kind))
    return kind if line.accepted else _("{kind} (refused)", kind=kind)
