"""How an opened identity looks in a terminal, and who has opened one."""

from collections.abc import Sequence

from interfaces.cli.output import show
from runtime.i18n import as_typed, t
from services.identities.access import in_plain
from services.identities.register import Opening, Person


def print_person(person: Person) -> None:
    labels = {"name": t("name"), "email": t("e-mail"), "phone": t("telephone")}
    for field, value in in_plain(person).items():
        show.console().print(f"{labels[field]}: {value or '–'}", markup=False, highlight=False)


def print_openings(lines: Sequence[Opening]) -> None:
    rows = [
        (
            f"{one.opened_at:%Y-%m-%d %H:%M} UTC",
            one.opened_by,
            as_typed(one.stage),
            t("urgent") if one.urgent else "",
            one.because,
        )
        for one in lines
    ]
    columns = (t("opened"), t("by"), t("stage"), "", t("why"))
    show.table("", columns, rows, t("Nobody has opened this identity."))
