"""Positions held against the programmes and towns that they name."""

from collections.abc import Iterator

from models.message import Message, msg
from models.programme.position import Position
from runtime.rulebook.faults import Fault, without_choices
from runtime.rulebook.listed import POSITIONS, Listed
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.reading import loose_ends_of_positions


def what_is_nowhere(positions: Listed[Position], book: RuleBook) -> Iterator[tuple[int, str, Message]]:
    """What positions name that is nowhere, but for what a programme with faults may have, and what it may be called."""
    every = [book.examined(file) for file in book.programme_files]
    if any(one.programme.id is None for one in every):
        return
    faulty = {one.programme.id for one in every if not one.is_sound}
    programmes = {one.programme.id: one.programme for one in every}
    for number, where, what in loose_ends_of_positions(positions, programmes):
        if without_choices(what).values.get("programme") not in faulty:
            yield number, where, what


def out_of_town(positions: Listed[Position], book: RuleBook) -> Iterator[Fault]:
    """Positions in towns that are nowhere, or not among those of their programmes."""
    towns = book.town_names
    for number, position in positions.sound if towns else ():
        path = (POSITIONS.key, number, "site")
        if position.site not in towns:
            known = ", ".join(towns)
            what = msg(
                "position.no_town",
                "{name} is not a town in towns.toml. Available: {known}. Correct it, or add the town",
                name=position.site,
                known=known,
            )
            yield Fault(path=path, what=what)
            continue
        for name in position.programmes:
            rules = book.find(name)
            if rules is not None and rules.towns and rules.town(position.site) is None:
                what = msg(
                    "position.outside_the_towns",
                    "{programme} is not run in {town}. Correct it, or add the town to its towns: {known}",
                    programme=name,
                    town=position.site,
                    known=", ".join(town.id for town in rules.towns),
                )
                yield Fault(path=path, what=what)
