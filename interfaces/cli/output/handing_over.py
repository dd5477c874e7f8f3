"""Who would be handed over to whom, as a terminal shows it."""

from collections.abc import Mapping, Sequence

from interfaces.cli.output.show import tell
from services.handing_over import Foreseen, HandOver
from services.handing_over_told import Called, moved, told_of


def foreseen(found: Sequence[Foreseen], said: HandOver, names: Mapping[str, str], called: Called) -> None:
    """Who would go on which day, and who would be told of it."""
    tell(moved(found, said, called))
    for one in found:
        who = "  ".join(filter(None, (one.line.candidate, names.get(one.line.candidate))))
        tell(f"  {who}  {one.line.programme}")
    tell(told_of(found))
