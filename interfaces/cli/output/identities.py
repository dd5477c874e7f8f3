"""How an opened identity looks in a terminal, and what was remarked."""

from collections.abc import Sequence

from interfaces.cli.output import show
from runtime.i18n import _, _n, as_actor, as_kind
from services.identities.access import in_plain
from services.identities.register import Person
from services.queries.lines import LedgerLine
from services.texts import TextLine


def person(person: Person) -> None:
    labels = {"name": _("name"), "email": _("e-mail"), "phone": _("telephone")}
    for field, value in in_plain(person).items():
        show.tell(f"{labels[field]}: {value or '–'}")


def remarks(lines: Sequence[TextLine]) -> None:
    _texts(lines, _("remark"), _("Nothing is remarked."))


def notes(lines: Sequence[TextLine], ledger: Sequence[LedgerLine]) -> None:
    """What was noted, with the day that each note is of."""
    days = {line.row: line.effective_on for line in ledger}
    rows = (
        (one.row or "–", days.get(one.row or 0, "–"), _of(one), as_actor(one.written_by), one.text) for one in lines
    )
    show.table("", (_("row"), _("day"), _("on"), _("by"), _("note")), rows, _("Nothing is noted."))


def noted(count: int) -> None:
    """How many notes there are, where they are not shown."""
    if count:
        show.tell(_n("There is {count} note: see --remarks.", "There are {count} notes: see --remarks.", count))


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
