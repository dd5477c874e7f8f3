"""How an opened identity looks in a terminal, and who has opened one."""

from collections.abc import Sequence

from interfaces.cli.output import show
from runtime.i18n import _, as_actor, as_typed
from services.identities.access import in_plain
from services.identities.register import Opening, Person


def print_person(person: Person) -> None:
    labels = {"name": _("name"), "email": _("e-mail"), "phone": _("telephone")}
    for field, value in in_plain(person).items():
        show.console().print(f"{labels[field]}: {value or '–'}", markup=False, highlight=False)


def print_openings(lines: Sequence[Opening]) -> None:
    rows = [
        (
            f"{one.opened_at:%Y-%m-%d %H:%M} UTC",
            as_actor(one.opened_by),
            as_typed(one.stage),
            _("urgent") if one.urgent else "",
            one.because,
        )
        for one in lines
    ]
    columns = (_("opened"), _("by"), _("stage"), "", _("why"))
    show.table("", columns, rows, _("Nobody has opened this identity."))
