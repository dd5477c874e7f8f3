"""`audit.py lottery`: a drawing of lots, drawn again from its seed."""

from typing import Annotated

from typer import Argument, Option, Typer

from auditing.inspection.lottery import DrawingFound, drawing_in
from interfaces.cli.commands.options import AsJson
from interfaces.cli.narrowing import refuse_unknown
from interfaces.cli.output import show
from models.identifiers import shown_parts
from runtime.i18n import _, _n, translate
from services.application import AuditApplication
from services.told import Block, TableTold

app = Typer()


@app.command()
def lottery(
    programme: Annotated[str, Argument(help="The programme, by its name or id.")],
    seed: Annotated[str, Option(help="The seed that was told before the drawing.")],
    as_json: AsJson = False,
) -> int:
    """Draw again from the seed, and compare with the numbers that the ledger has.

    The order is that of the SHA-256, in hexadecimal, of the seed, a line feed and the journey id.
    """
    application = AuditApplication()
    name, *_others = refuse_unknown(application, programme)
    found = drawing_in(application.reading, str(name), seed.strip())
    show.as_json(found) if as_json else show.blocks(list(_told(found)))
    return 1 if found.faults or not found.lots else 0


def _told(found: DrawingFound) -> list[Block]:
    if not found.lots:
        return [_("Nothing was drawn with this seed in {programme}.", programme=found.programme)]
    rows = [(lot.number, lot.expected, *shown_parts(lot.journey_id)) for lot in found.lots]
    columns = (_("number"), _("by the seed"), _("candidate"), _("programme"))
    told: list[Block] = [TableTold("", columns, rows, "")]
    told += [translate(one) for one in found.faults]
    if found.left_out:
        who = ", ".join(shown_parts(one)[0] for one in found.left_out)
        told.append(_("These waited as the drawing began and have no number: {candidates}.", candidates=who))
    if found.unreadable:
        told.append(
            _n(
                "{count} drawing cannot be read, as the candidate was erased.",
                "{count} drawings cannot be read, as the candidates were erased.",
                found.unreadable,
            )
        )
    if not found.faults:
        told.append(_("Every number follows from the seed."))
    return told
