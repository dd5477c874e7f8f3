"""How readings look in a terminal: who has read what of whom, when and why."""

from collections.abc import Sequence

from interfaces.cli.output import show
from models.access.permissions import Operation, Reading, Relation, act_in_words
from runtime.i18n import _, _n, as_actor, as_typed, translate
from services.queries.reads import ReadLine, Sample


def reads(lines: Sequence[ReadLine], nobody: str) -> None:
    """One reading a line."""
    rows = (
        (
            show.minute(one.read_at),
            one.candidate,
            _what(one.what),
            as_actor(one.actor),
            _relation(one.relation),
            as_typed(one.stage),
            _marks(one),
            one.because or "–",
        )
        for one in lines
    )
    columns = (_("read"), _("candidate"), _("what"), _("by"), _("for"), _("stage"), "", _("why"))
    show.table("", columns, rows, nobody)


def sample(found: Sample) -> None:
    """What was drawn for a control, and how to draw it again."""
    reads(found.reads, _("Nobody has read anything."))
    drawn = {"count": len(found.reads), "of": found.of, "seed": found.seed}
    show.tell(_("{count} of {of} drawn with the seed {seed}. The same seed draws the same again.", **drawn))


def openings(lines: Sequence[ReadLine]) -> None:
    """Who has opened an identity."""
    rows = (
        (
            show.minute(one.read_at),
            as_actor(one.actor),
            as_typed(one.stage),
            _marks(one),
            one.because or "–",
        )
        for one in lines
    )
    columns = (_("opened"), _("by"), _("stage"), "", _("why"))
    show.table("", columns, rows, _("Nobody has opened this identity."))


def reads_since_yesterday(count: int) -> None:
    """One line for whoever is in charge; nothing where nobody else has read."""
    if count:
        told = _n(
            "Since yesterday others have read of your candidates {count} time. See: admin.py reads.",
            "Since yesterday others have read of your candidates {count} times. See: admin.py reads.",
            count,
        )
        show.tell(told)


def _marks(one: ReadLine) -> str:
    return ", ".join(filter(None, (_("urgent") if one.urgent else "", _("refused") if one.refused else "")))


def _what(written: str) -> str:
    return translate(act_in_words(written)) if written in {*Reading, *Operation} else written


def _relation(written: str) -> str:
    relation = Relation.__members__.get(written.upper())
    return translate(relation.in_words) if relation else written
