"""The page of all rules, made from where each is declared and from the table of moves."""

from collections.abc import Iterator

from activities.language import said
from models.journey.journey import OF_CORRECTIONS
from models.journey.transitions import ALWAYS, MOVES
from models.rules.beginning import BEGINNING
from models.rules.recording import DECIDED_IN_RECORDING
from models.rules.registry import RULES, Rule

HEAD = """\
# Rules

Each rule as the code declares it: the id that the ledger keeps, the sentence in both languages, the figures of the
programme that it relies on, and the events of which it is asked. `form` is the form of employment that is agreed or
extended, `profile` the one that the candidate is checked against, `deadline` the one that has passed.

| rule | what holds | vad som gäller | relies on | asked of |
| --- | --- | --- | --- | --- |
"""

EVERY_EVENT = "every event"


def every_rule() -> list[Rule]:
    """The rules in the order in which they are met on the way."""
    of_moves = (guard for move in MOVES for guard in move.guards)
    of_corrections = (rule for rules in OF_CORRECTIONS.values() for rule in rules)
    on_the_way: list[Rule] = [*ALWAYS, *BEGINNING, *of_moves, *of_corrections]
    of_every_event = sorted(rule.id for rule in RULES.values() if _asked_of(rule) == EVERY_EVENT)
    order = dict.fromkeys([*of_every_event, *(rule.id for rule in on_the_way), *RULES])
    return [RULES[id] for id in order]


def page() -> str:
    """The rules as a table."""
    return HEAD + "".join(f"| {' | '.join(_row(rule))} |\n" for rule in every_rule())


def _row(rule: Rule) -> Iterator[str]:
    yield f"`{rule.id}`"
    yield from (said(rule.in_words, language) for language in ("en", "sv"))
    yield ", ".join(f"`{figure}`" for figure in rule.uses) or "–"
    yield _asked_of(rule)


def _asked_of(rule: Rule) -> str:
    kinds = ["referred"] if rule in BEGINNING else []
    kinds += [move.kind for move in MOVES if rule in move.guards]
    kinds += [kind for kind, rules in OF_CORRECTIONS.items() if rule in rules]
    if rule.id in DECIDED_IN_RECORDING:
        return "recording"
    return ", ".join(f"`{kind}`" for kind in dict.fromkeys(kinds)) if kinds and rule not in ALWAYS else EVERY_EVENT
