"""Keeping small groups out of what is shown: fewer than five people are hidden, and cannot be worked out either.

Figures are counts under names; `Sum` says which of them add up to which. Zero may be shown, so whoever reads the report
knows that what is hidden is at least one, and can reckon with everything that is shown. Only where nothing else is left
to hide are zeros hidden too, and then what is hidden may be none. Hidden are therefore

1. every count from 1 to 4;
2. where the hidden parts of a shown total together are fewer than five, more of its parts, the smallest first;
3. more, until each hidden count could just as well be another number: one more or one less, balanced by other hidden
   counts along the sums, with none of them falling below what the reader knows to be the least.

What was shown earlier can be subtracted from what is shown now. So hidden are also counts that have changed by one to
four since any earlier report that showed them, and more parts of a total, until what is left of its change is none or
five at least.

The third is a search for a cycle in the graph whose nodes are the sums and whose edges are the hidden counts. It is
complete where each count stands in at most two sums, as rows and columns of a table do.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

FEWEST = 5
"""People in the smallest group that is shown."""

Name = Hashable


class Then(NamedTuple):
    """A count in an earlier report, and whether that showed it."""

    value: int
    shown: bool


Earlier = Mapping[Any, Then]

NOBODY = Then(0, shown=True)
"""What an earlier report told by saying nothing."""


class Sum(NamedTuple):
    """Some counts that add up to `total`. `known`: the total is shown elsewhere and never hidden."""

    total: Name
    parts: tuple[Name, ...]
    known: bool = False


Node = tuple[int, int]
"""A sum, by its number, and 1 or -1: by how much its parts exceed its total. `FREE` balances anything."""

FREE: Node = (-1, 0)


def is_small(people: int) -> bool:
    """Whether a number, or a change of one, tells of so few that they are to be hidden."""
    return 1 <= abs(people) < FEWEST


def hidden(
    values: Mapping[Any, int],
    sums: Sequence[Sum],
    earlier: Sequence[Earlier] = (),
    parts_of: Mapping[Name, Name] = MappingProxyType({}),
) -> frozenset[Name]:
    """Names of the counts in `values` that must not be shown. `values` has every part, and every total not `known`.

    `earlier` are the same counts as earlier reports had them. `parts_of` names what tells of a group's people, by the
    group's own count: where that is hidden they are hidden with it, also a zero, which would tell of each of them.
    """
    figures = _Figures(values, sums, earlier, parts_of)
    while (more := figures.one_more()) is not None:
        figures.out.add(more)
    return frozenset(figures.out)


class _Figures:
    """Counts and their sums, and which counts are hidden so far (`out`)."""

    def __init__(
        self,
        values: Mapping[Any, int],
        sums: Sequence[Sum],
        earlier: Sequence[Earlier],
        parts_of: Mapping[Name, Name],
    ) -> None:
        self.values = values
        self.parts_of = parts_of
        self.sums = sums
        self.earlier = earlier
        self.known = {one.total for one in sums if one.known}
        self.out = {name for name in values if is_small(values[name]) or self._tells_a_change(name)} - self.known
        self._safe: set[Name] = set()
        self._ends = {name: self._find_ends(name) for name in values}

    def one_more(self) -> Name | None:
        """A count that must be hidden too; None where everything hidden is safe."""
        for part, group in self.parts_of.items():
            if group in self.out and part not in self.out:
                return part
        for one in self.sums:
            parts = [name for name in one.parts if name in self.out]
            small_rest = parts and one.total not in self.out and sum(self.values[name] for name in parts) < FEWEST
            if small_rest and (shown := self._shown(one.parts)):
                return min(shown, key=self._size)
        if (more := self._beside_a_change()) is not None:
            return more
        for name in sorted(self.out - self._safe, key=self._size):
            if any(self._could_be(name, step) for step in (1, -1)):
                self._safe.add(name)  # hiding more leaves it so
            elif (help_ := self._help_for(name)) is not None:
                return help_
        return None

    def _tells_a_change(self, name: Name) -> bool:
        then = (one.get(name, NOBODY) for one in self.earlier)
        return any(one.shown and is_small(self.values[name] - one.value) for one in then)

    def _beside_a_change(self) -> Name | None:
        """A count that must be hidden too, since those hidden beside it have changed by a few people in all."""
        for then in self.earlier:
            for one in self.sums:
                if one.total in self.out or not then.get(one.total, NOBODY).shown:
                    continue
                apart = [name for name in one.parts if name in self.out or not then.get(name, NOBODY).shown]
                change = sum(self.values[name] - then.get(name, NOBODY).value for name in apart)
                told = [name for name in one.parts if name not in apart and name not in self.known]
                if is_small(change) and told:
                    return min(told, key=lambda name: (self.values[name] == 0, self._size(name)))
        return None

    def _size(self, name: Name) -> tuple[int, str]:
        return self.values[name], str(name)

    def _shown(self, names: Iterable[Name]) -> list[Name]:
        """Those of the names that are shown and could be hidden instead."""
        return [name for name in names if name not in self.known and name not in self.out and self.values[name]]

    def _help_for(self, name: Name) -> Name | None:
        """The smallest count shown in a sum of `name`, a part before a total; else in any sum with hidden counts."""
        own = [one for one in self.sums if name == one.total or name in one.parts]
        touched = [one for one in self.sums if self.out & {one.total, *one.parts}]
        for near in (own, touched):
            for names in ([part for one in near for part in one.parts], [one.total for one in near]):
                if candidates := self._shown(names):
                    return min(candidates, key=self._size)
        nobody = [part for one in touched for part in one.parts if self.values[part] == 0 and part not in self.out]
        return min(nobody, key=str, default=None)

    @property
    def _least(self) -> int:
        """What a hidden count is at least, as far as the reader knows."""
        return 0 if any(self.values[name] == 0 for name in self.out) else 1

    def _could_be(self, name: Name, step: int) -> bool:
        """Whether a hidden count could be greater by `step` with everything that is shown as it is."""
        if self.values[name] + step < self._least:
            return False
        begin, end = self._ends[name]
        start, goal = _upset(begin, step), _upset(end, -step)
        seen, waiting = {start}, deque([start])
        while waiting:
            node = waiting.popleft()
            if node == goal:
                return True
            fresh = set(self._balanced(node, but=name)) - seen
            seen |= fresh
            waiting.extend(fresh)
        return False

    def _balanced(self, node: Node, but: Name) -> Iterator[Node]:
        """Where the want of balance goes when another hidden count makes up for it."""
        for name in self.out - {but}:
            first, second = self._ends[name]
            for here, other in ((first, second), (second, first)):
                if here[0] != node[0]:
                    continue
                for step in (1, -1) if node == FREE else (-node[1] * here[1],):
                    if self.values[name] + step >= self._least:
                        yield _upset(other, step)

    def _find_ends(self, name: Name) -> tuple[Node, Node]:
        """The sums in which a count stands, each with its sign there; `FREE` for the want of one or two."""
        ends = [(number, 1) for number, one in enumerate(self.sums) if name in one.parts]
        ends += [(number, -1) for number, one in enumerate(self.sums) if name == one.total]
        first, second = [*ends, FREE, FREE][: max(2, len(ends))]
        return first, second


def _upset(end: Node, step: int) -> Node:
    return FREE if end == FREE else (end[0], end[1] * step)
