"""How remarks look in a terminal."""

from collections.abc import Sequence

from interfaces.cli.output import show
from runtime.i18n import _, as_actor, as_kind
from services.remarks import RemarkLine


def print_remarks(lines: Sequence[RemarkLine]) -> None:
    rows = [
        (one.row or "–", _of(one), as_actor(one.written_by), f"{one.written_at:%Y-%m-%d %H:%M} UTC", one.text)
        for one in lines
    ]
    columns = (_("row"), _("on"), _("by"), _("written"), _("remark"))
    show.table("", columns, rows, _("Nothing is remarked."))


def _of(line: RemarkLine) -> str:
    if line.row is None:
        return _("an event that has not arrived")
    return as_kind(str(line.kind)) if line.accepted else _("{kind} (refused)", kind=as_kind(str(line.kind)))
