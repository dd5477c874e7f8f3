"""Whoever reads a report and reckons with all of it cannot work out a group of fewer than five people."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from hypothesis import example, given
from hypothesis import strategies as st

from services.reports.suppression import FEWEST, Name, Sum, hidden
from tests.support.thoroughness import examples

counts = st.one_of(st.integers(0, 6), st.sampled_from((0, 1, 2, 4, 5, 9, 30)))


def solutions(values: Mapping[Name, int], sums: Sequence[Sum], out: frozenset[Name]) -> Iterator[dict[Name, int]]:
    """Ways to fill in what is hidden, each at least one unless zeros are hidden, so that all sums hold: by trying.

    Each is tried with its own value and those next to it: what has one value only has none beside it.
    """
    known = {name: value for name, value in values.items() if name not in out}
    least = 0 if any(values[name] == 0 for name in out) else 1
    yield from _fill(known, sorted(out, key=str), sums, values, least)


def _fill(
    filled: dict[Name, int], left: list[Name], sums: Sequence[Sum], values: Mapping[Name, int], least: int
) -> Iterator[dict[Name, int]]:
    for one in sums:
        unknown = [name for name in (one.total, *one.parts) if name not in filled]
        if not unknown and filled[one.total] != sum(filled[part] for part in one.parts):
            return
        if len(unknown) == 1:
            parts = sum(filled[part] for part in one.parts if part in filled)
            value = parts if unknown[0] == one.total else filled[one.total] - parts
            if value >= least:
                yield from _fill({**filled, unknown[0]: value}, left, sums, values, least)
            return
    name = next((name for name in left if name not in filled), None)
    if name is None:
        yield filled
        return
    for value in range(max(least, values[name] - 1), values[name] + 2):
        yield from _fill({**filled, name: value}, left, sums, values, least)


def worked_out(values: Mapping[Name, int], sums: Sequence[Sum]) -> set[Name]:
    """The hidden counts that can have one value only."""
    out = hidden(values, sums)
    certain = set(out)
    for solution in solutions(values, sums, out):
        certain -= {name for name in certain if solution[name] != values[name]}
        if not certain:
            break
    return certain


def line(parts: Sequence[int], *, known: bool) -> tuple[dict[Name, int], list[Sum]]:
    names = tuple(f"part {number}" for number in range(len(parts)))
    values: dict[Name, int] = {**dict(zip(names, parts, strict=True)), "total": sum(parts)}
    return values, [Sum("total", names, known)]


def table(rows: Sequence[Sequence[int]]) -> tuple[dict[Name, int], list[Sum]]:
    """A crossed table with its margins, whose grand total is shown."""
    values: dict[Name, int] = {}
    for (i, row), j in product(enumerate(rows), range(len(rows[0]))):
        values[i, j] = row[j]
    height, width = range(len(rows)), range(len(rows[0]))
    values |= {("row", i): sum(rows[i]) for i in height}
    values |= {("column", j): sum(row[j] for row in rows) for j in width}
    values["all"] = sum(map(sum, rows))
    sums = [
        *(Sum(("row", i), tuple((i, j) for j in width)) for i in height),
        *(Sum(("column", j), tuple((i, j) for i in height)) for j in width),
        Sum("all", tuple(("row", i) for i in height), known=True),
        Sum("all", tuple(("column", j) for j in width), known=True),
    ]
    return values, sums


def all_small_ones_are_hidden(values: Mapping[Name, int], sums: Sequence[Sum]) -> bool:
    known = {one.total for one in sums if one.known}
    return all(
        name in hidden(values, sums) for name, value in values.items() if 1 <= value < FEWEST and name not in known
    )


def no_rest_is_small(values: Mapping[Name, int], sums: Sequence[Sum]) -> bool:
    """What a shown total leaves for its hidden parts is five people at least."""
    out = hidden(values, sums)
    rests = [sum(values[part] for part in one.parts if part in out) for one in sums if one.total not in out]
    return all(rest == 0 or rest >= FEWEST for rest in rests)


@examples(30)
@given(st.lists(counts, min_size=1, max_size=5).filter(lambda parts: sum(parts) >= FEWEST))
def test_no_hidden_part_of_a_known_total_can_be_worked_out(parts: list[int]) -> None:
    values, sums = line(parts, known=True)
    assert all_small_ones_are_hidden(values, sums)
    assert no_rest_is_small(values, sums)
    assert worked_out(values, sums) == set()


@examples(30)
@given(st.lists(counts, min_size=1, max_size=4))
def test_no_hidden_part_or_total_can_be_worked_out(parts: list[int]) -> None:
    values, sums = line(parts, known=False)
    assert all_small_ones_are_hidden(values, sums)
    assert worked_out(values, sums) == set()


tables = st.tuples(st.integers(1, 3), st.integers(1, 3)).flatmap(
    lambda size: st.lists(st.lists(counts, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
)


@examples(30)
@given(tables.filter(lambda rows: sum(map(sum, rows)) >= FEWEST))
@example([[0, 1, 1], [1, 1, 1]])
def test_no_hidden_cell_or_margin_of_a_crossed_table_can_be_worked_out(rows: list[list[int]]) -> None:
    values, sums = table(rows)
    assert all_small_ones_are_hidden(values, sums)
    assert no_rest_is_small(values, sums)
    assert worked_out(values, sums) == set()


def test_the_next_smallest_is_hidden_with_a_single_small_one() -> None:
    values, sums = line([3, 8, 20, 0], known=True)
    assert hidden(values, sums) == {"part 0", "part 1"}


def test_two_groups_of_one_person_are_not_enough_to_hide_each_other() -> None:
    """Zero is shown, so two hidden parts of a rest of two are one each."""
    values, sums = line([1, 1, 9, 12], known=True)
    assert hidden(values, sums) == {"part 0", "part 1", "part 2"}


def test_nothing_is_hidden_where_every_group_is_large_or_empty() -> None:
    values, sums = table([[5, 0, 7], [0, 9, 6]])
    assert hidden(values, sums) == frozenset()


def test_a_cell_that_is_the_only_link_between_two_hidden_blocks_is_not_left_to_be_worked_out() -> None:
    """Each row and column of this table has two hidden cells, and yet one of them follows from the margins."""
    rows = [[3, 3, 9, 9], [3, 3, 3, 9], [9, 9, 3, 3], [9, 9, 3, 3]]
    values, sums = table(rows)
    assert worked_out(values, sums) == set()
