"""How an opened identity looks in a terminal, and what was remarked."""

from collections.abc import Sequence

from interfaces.cli.output import show
from runtime.i18n import _, as_actor, as_kind
from services.identities.access import in_plain
from services.identities.register import Person
from services.remarks import RemarkLine


def person(person: Person) -> None:
    labels = {"name": _("name"), "email": _("e-mail"), "phone": _("telephone")}
    for field, value in in_plain(person).items():
        show.tell(f"{labels[field]}: {value or '–'}")


def remarks(lines: Sequence[RemarkLine]) -> None:
    rows = (
        (one.row or "–", _of(one), as_actor(one.written_by), show.minute(one.written_at), one.text) for one in lines
    )
    columns = (_("row"), _("on"), _("by"), _("written"), _("remark"))
    show.table("", columns, rows, _("Nothing is remarked."))


def _of(line: RemarkLine) -> str:
    if line.row is None:
        return _("an event that has not arrived")
    kind = as_kind(str(line.kind))
    return kind if line.accepted else _("{kind} (refused)", kind=kind)
