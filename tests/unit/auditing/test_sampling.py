"""A sample is fair, in proportion, and drawn again by somebody who has only the seed and the list of journeys."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from auditing.population.population import ENDS, Counts, Member, Population
from auditing.population.sampling import METHOD, Sample, draw, read_by, read_sample, shares
from auditing.population.sampling_told import sample_told
from auditing.population.scope import EVERYTHING
from models.access.protections import PROTECTED
from runtime.errors import UsageError
from runtime.i18n import translate, using_language
from services.queries.titles import Titles
from tests.support.errors import raises
from tests.support.programmes import RULES

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

PROGRAMMES, TOWNS = ("easy_jobs", "service_division"), ("2480", "2482", PROTECTED, None)


class Listed:
    """A population that is a list."""

    scope = EVERYTHING

    def __init__(self, members: Iterable[Member]) -> None:
        self.members = list(members)

    def counts(self, each: Callable[[Member], None]) -> Counts:
        for one in self.members:
            each(one)
        return Counts.of(one.end for one in self.members)


def member(number: int, programme: str = "easy_jobs", town: str | None = "2480", end: str = "on_the_way") -> Member:
    return Member(f"journey/{number:05}/{programme}", f"{number:05}", programme, town, None, end, 1, NOW, NOW)


def drawn(members: Iterable[Member], count: int, seed: str = "7", by: tuple[str, ...] = ("programme",)) -> Sample:
    return draw(cast("Population", Listed(members)), count, seed, by, ledger="hela-vagen", at=NOW)


POPULATIONS = st.lists(
    st.tuples(st.sampled_from(PROGRAMMES), st.sampled_from(TOWNS), st.sampled_from(sorted(ENDS))),
    min_size=1,
    max_size=60,
).map(lambda told: [member(number, *one) for number, one in enumerate(told)])

BY = st.lists(st.sampled_from(["programme", "town", "end"]), unique=True).map(tuple)


@given(POPULATIONS, st.integers(1, 70), BY)
def test_sums_are_equal_and_each_stratum_is_there_where_there_is_room(
    members: list[Member], count: int, by: tuple[str, ...]
) -> None:
    found = drawn(members, count, by=by)
    assert found.population.journeys == sum(found.population.ends.values()) == len(members)
    assert sum(stratum.journeys for stratum in found.strata) == len(members)
    assert len(found.journey_ids) == len(set(found.journey_ids)) == min(count, len(members))
    assert {*found.journey_ids} <= {one.journey_id for one in members}
    if len(found.strata) <= count:
        assert all(1 <= len(stratum.drawn) <= stratum.journeys for stratum in found.strata)
    assert found.is_stratified is (len(found.strata) <= count)


def by_somebody_else(journeys: dict[str, tuple[str, ...]], count: int, seed: str) -> set[str]:
    """The same from the method's words alone."""
    order = {id_: hashlib.sha256(seed.encode() + b"\n" + id_.encode()).hexdigest() for id_ in journeys}
    strata: dict[tuple[str, ...], list[str]] = {}
    for id_ in sorted(journeys, key=lambda one: order[one]):
        strata.setdefault(journeys[id_], []).append(id_)
    if len(strata) > count:
        return set(sorted(journeys, key=lambda one: order[one])[:count])
    gives = dict.fromkeys(sorted(strata), 1)
    while sum(gives.values()) < min(count, len(journeys)):
        best = None
        for name in gives:
            if gives[name] == len(strata[name]):
                continue
            if best is None or len(strata[name]) * (2 * gives[best] + 1) > len(strata[best]) * (2 * gives[name] + 1):
                best = name
        assert best is not None
        gives[best] += 1
    return {id_ for name, many in gives.items() for id_ in strata[name][:many]}


@given(POPULATIONS, st.integers(1, 70), BY, st.text(max_size=5))
def test_somebody_else_draws_the_same(members: list[Member], count: int, by: tuple[str, ...], seed: str) -> None:
    journeys = {one.journey_id: tuple(str(getattr(one, name) or "–") for name in by) for one in members}
    assert {*drawn(reversed(members), count, seed, by).journey_ids} == by_somebody_else(journeys, count, seed)


def test_strata_give_in_proportion() -> None:
    members = [member(number, "service_division" if number < 750 else "easy_jobs") for number in range(1_000)]
    assert [len(stratum.drawn) for stratum in drawn(members, 40).strata] == [10, 30]


def test_no_stratum_gains_by_being_large() -> None:
    """As the method of Sainte-Laguë shares: that of D'Hondt would give the largest one more."""
    assert shares({("a",): 53, ("b",): 24, ("c",): 23}, 7) == {("a",): 3, ("b",): 2, ("c",): 2}
    assert shares({("a",): 95, ("b",): 3, ("c",): 2}, 20) == {("a",): 18, ("b",): 1, ("c",): 1}


def test_everybody_is_drawn_as_often() -> None:
    members = [member(number) for number in range(20)]
    often = Counter(id_ for seed in range(2_000) for id_ in drawn(members, 5, str(seed)).journey_ids)
    assert len(often) == 20
    assert all(410 < times < 590 for times in often.values())  # 500 each, four and a half deviations


def test_a_larger_sample_with_the_same_seed_has_the_smaller_one() -> None:
    members = [member(number) for number in range(50)]
    assert {*drawn(members, 10).journey_ids} < {*drawn(members, 20).journey_ids}
    assert drawn(members, 10).journey_ids != drawn(members, 10, "8").journey_ids


def test_a_sample_comes_back_from_its_file(tmp_path: Path) -> None:
    found, file = drawn([member(1), member(2, town=PROTECTED)], 2, by=("town",)), tmp_path / "sample.json"
    file.write_text(found.model_dump_json())
    assert read_sample(file) == found
    for content, id_ in ((b"{}", "sample.unknown_file"), (b"\xff", "sample.unknown_file")):
        file.write_bytes(content)
        with raises(UsageError, id_):
            read_sample(file)
    with raises(UsageError, "sample.unreadable"):
        read_sample(tmp_path / "nowhere")


def test_what_was_drawn_is_told_with_how_to_draw_it_again() -> None:
    members = [member(1), member(2, town=PROTECTED), member(3, end="referral_refused")]
    found = drawn(members, 2, by=("town", "end"))
    with using_language("sv"):
        told = list(sample_told(found, Titles(RULES)))
        assert told[0] == "Alla vägar. 3 vägar: 2 med en godtagen anvisning, 1 anvisning som inte godtogs."
        assert "2 av 3 vägar är dragna med fröet 7, 2026-03-02 10:00:00 svensk tid." in told
        assert any("Dra minst 3 vägar" in str(one) for one in told)
        [strata, _] = [one for one in sample_told(drawn(members, 2), Titles(RULES)) if not isinstance(one, str)]
        assert list(strata.rows) == [("Enkla jobb", 3, 2)]
        assert told[-1] == translate(METHOD)
        assert "skyddad" in str([list(block.rows) for block in told if not isinstance(block, str)]).casefold()


def test_of_nothing_nothing_is_drawn_and_what_is_no_stratum_is_named() -> None:
    with raises(UsageError, "sample.no_journey"):
        drawn([], 3)
    assert read_by(["town, end", "town"]) == ("town", "end")
    with raises(UsageError, "sample.by"):
        read_by(["sex"])
