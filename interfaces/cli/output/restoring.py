"""How a restoration looks in a terminal: journey by journey what was written anew, what is lost, and why not."""

from collections.abc import Sequence

from interfaces.cli.hints import with_hint
from interfaces.cli.output import show
from models.events.descriptions import name_of
from runtime.i18n import _, _n, translate
from services.operations.giving_up import GivenUp, Stated
from services.operations.restore import Outcome


def restored(found: Sequence[Outcome], dry_run: bool) -> None:
    """One journey a line, then the counts."""
    rows = ((one.journey_id, _rows(one), _told(one)) for one in found)
    nothing = _("The ledger lacks nothing that Temporal or the archive knows.")
    show.table("", (_("journey"), _("rows"), ""), rows, nothing)
    failed = sum(one.why_not is not None for one in found)
    done = len(found) - failed
    if found:
        told = (
            _n("{count} journey would be restored.", "{count} journeys would be restored.", done)
            if dry_run
            else _n("{count} journey restored.", "{count} journeys restored.", done)
        )
        show.tell(told)
    if failed:
        show.tell(_n("{count} journey cannot be restored.", "{count} journeys cannot be restored.", failed))
    if done and not dry_run:
        show.tell(
            _(
                "No history holds texts, readings, training, identities, keys or the register of staff. Compare these"
                " with later backups, then run: audit.py verify."
            )
        )


def given_up(done: Stated | GivenUp) -> None:
    """That a loss is stated, with what the journey still knows of it; or that the journey goes on without."""
    rows = {"first": done.first, "last": done.last, "journey": done.journey_id}
    if isinstance(done, GivenUp):
        told = _("{journey} goes on without the rows {first} to {last}, as row {row} says.", row=done.row, **rows)
        show.tell(told)
        for lost in done.lost:
            show.tell(translate(lost))
        show.tell(_("Have people record again what is lost of it."))
        return
    show.tell(_("Stated: the rows {first} to {last} of {journey} are lost for good.", **rows))
    if done.events:
        show.table(
            _("What is in them, as far as the journey still knows it"),
            (_("day"), _("event")),
            ((str(one.day), translate(name_of(one.kind))) for one in done.events),
            "",
        )
    show.tell(_("Another operator confirms it: admin.py restore {number} --give-up --confirm.", number=done.candidate))


def _rows(one: Outcome) -> str:
    return f"{one.rows.first}–{one.rows.last}" if one.rows else "–"


def _told(one: Outcome) -> str:
    if one.why_not is not None:
        return with_hint(one.why_not)
    told = [translate(lost) for lost in one.lost]
    if one.row is not None:
        told.insert(0, _("recorded in row {row}", row=one.row))
    return "; ".join(told)


def plain(found: Sequence[Outcome], dry_run: bool) -> dict[str, object]:
    """The same as data."""
    journeys = [
        {
            **one.model_dump(mode="json", exclude={"lost", "why_not"}),
            "lost": [translate(lost) for lost in one.lost],
            "why_not": translate(one.why_not) if one.why_not else None,
        }
        for one in found
    ]
    return {"dry_run": dry_run, "journeys": journeys}
