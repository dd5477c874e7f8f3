"""Questions across journeys: who answers and who does not, on both axes of time, and as it was answered before."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from activities.contents import LedgerContents, sealed
from activities.sealing import sealer_on
from auditing.evidence.recorded import JourneyRecord
from auditing.inquiry.inquiry import Period
from auditing.inquiry.overdue import PinnedRules
from auditing.inquiry.questions import QUESTIONS
from auditing.inquiry.writing import Page, told
from auditing.inspection.omissions import Lack, omissions
from auditing.population.population import Population
from auditing.population.scope import Scope
from models.calendar.swedish_day import day_in_sweden
from models.tables.people import CandidateKeyRow
from runtime.encryption.sealers import with_keys
from runtime.i18n import translate
from services.queries.lists import Lists
from services.queries.titles import Titles
from tests.support.databases import migrated
from tests.support.inquired import END, KITCHEN, MOVED, OTHER_TOWN, REFUSED, TOWN, TRANSPORT, Inquired, known_at
from tests.support.programmes import RULES
from tests.support.recording import ANNA, BO, CHARLIE, DANA, by_hand
from tests.support.sealing import SETTINGS, open_keyed_for_reading
from tests.support.values import MONDAY

DAY = timedelta(days=1)
TITLES = Titles(RULES)
OVERDUE = (Lack.HAPPENED_LATE, Lack.NEVER_HAPPENED)
PROGRAMMES = ("service_division", "preparedness_jobs")


@pytest.fixture
def changing(engine: Engine) -> Inquired:
    """The same, on each kind of database, for tests that go on with it."""
    return Inquired(engine)


def candidates(rows: list[tuple[str, int | None]]) -> set[str]:
    return {candidate for candidate, _ in rows}


# Each question


def test_decisions_are_found_and_nothing_else(inquired: Inquired) -> None:
    assert inquired.rows("decisions") == [
        *((ANNA, row) for row in (3, 4, 6, 7)),
        *((BO, row) for row in (3, 4, 6, 7)),
        (CHARLIE, 4),
    ]


def test_decisions_that_a_rule_judged_are_those_of_its_moves(inquired: Inquired) -> None:
    by_two = inquired.asks("decisions", rule="decided_by_two_people")
    assert [(one.candidate, one.row, one.rule) for one in by_two] == [
        (ANNA, 7, "decided_by_two_people"),
        (BO, 7, "decided_by_two_people"),
    ]
    assert len(inquired.rows("decisions", rule="the_day_has_come")) == len(inquired.rows("decisions"))


def test_refusals_are_found_with_the_rule_and_its_source(inquired: Inquired) -> None:
    found = {one.candidate: one for one in inquired.asks("refusals")}
    assert set(found) == {CHARLIE, REFUSED}
    assert found[CHARLIE].rule == "possible_in_this_stage"
    assert found[REFUSED].rule == "the_partner_may_refer"
    assert inquired.rows("refusals", source="project model") == [(REFUSED, 1)]
    assert inquired.rows("refusals", rule="possible_in_this_stage") == [(CHARLIE, 2)]
    assert inquired.rows("refusals", kind="referred") == [(REFUSED, 1)]


def test_what_was_recorded_late_is_found_by_its_days(inquired: Inquired) -> None:
    assert inquired.rows("late") == [(BO, 7)]
    assert inquired.rows("late", least=9) == []
    assert inquired.asks("late")[0].more["days_late"] == 8


def test_deadlines_that_ran_past_are_those_that_each_journey_tells_itself(inquired: Inquired) -> None:
    found = inquired.asks("overdue")
    assert (CHARLIE, 3, "referral_unanswered", 46) in {
        (one.candidate, one.row, one.rule, one.more["days_over"]) for one in found
    }
    assert inquired.rows("overdue", least=47, rule="referral_unanswered") == [(DANA, None)]
    _agree_with_the_journeys(inquired, END)


def _agree_with_the_journeys(inquired: Inquired, known_by: datetime) -> None:
    """What ran past across journeys is what each journey tells by itself."""
    found = inquired.asks("overdue", known_by)
    for way in (inquired.anna, inquired.bo, inquired.charlie, inquired.dana):
        record = JourneyRecord(way.id, way.journey.rules, Lists(inquired.engine).ledger(way.id))
        lacks = omissions(record, day_in_sweden(known_by))
        theirs = [(one.lack, one.row, one.day) for one in lacks if one.lack in OVERDUE]
        ours = [(one.more["outcome"], one.row, one.effective_on) for one in found if one.journey_id == way.id]
        assert sorted(ours, key=str) == sorted(theirs, key=str)


def test_where_the_rules_of_then_are_gone_that_is_counted_and_not_passed_over(inquired: Inquired) -> None:
    answer = inquired.answer("overdue")
    answer.rules = PinnedRules({})
    assert list(answer.found()) == []
    assert answer.tally.untold == {"rules_unknown": 4}


def test_evaluator_and_decider_of_one_unit_are_found_by_where_they_worked_then(inquired: Inquired) -> None:
    [found] = inquired.asks("same-unit")
    assert (found.candidate, found.row, found.unit, found.more["shared"]) == (ANNA, 7, TRANSPORT, TRANSPORT)
    [other] = [one for one in inquired.asks("decisions") if (one.candidate, one.row) == (BO, 7)]
    assert other.unit == KITCHEN  # who decides had moved meanwhile
    assert day_in_sweden(other.recorded_at) >= MOVED  # type: ignore[arg-type]


def test_where_nobody_knows_the_units_the_decisions_are_counted_and_not_passed_over(
    inquired: Inquired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditing.inquiry.staff.Staff._units", lambda *_: frozenset())
    monkeypatch.setattr("auditing.inquiry.staff.Staff._places", lambda *_: frozenset({"* *"}))
    answer = inquired.answer("same-unit")
    blocks = list(told(answer, Titles(RULES), Page()))
    assert answer.tally.decisions_untold == len(
        {(one.candidate, one.row) for one in inquired.asks("minutes-apart", least=10**6)}
    )
    assert answer.tally.decisions_untold > 1
    assert "Of what can be told, nothing answers the question." in str(blocks)
    assert f"Of {answer.tally.decisions_untold} decisions it cannot be told" in str(blocks)


def test_a_decision_within_minutes_of_the_evaluation_is_found(inquired: Inquired) -> None:
    assert inquired.rows("minutes-apart") == [(ANNA, 7)]
    assert inquired.rows("minutes-apart", least=3) == []
    assert inquired.rows("minutes-apart", least=60 * 24 * 21) == [(ANNA, 7), (BO, 7)]
    assert inquired.rows("minutes-apart", actor="maria.ek") == [(ANNA, 7)]
    assert inquired.rows("minutes-apart", actor="manager:maria.ek") == []


def test_journeys_are_found_once_each_and_are_the_population(inquired: Inquired) -> None:
    answer = inquired.answer("journeys")
    found = list(answer.found())
    assert [one.candidate for one in found] == [ANNA, BO, CHARLIE, DANA, REFUSED]
    reading = open_keyed_for_reading(str(inquired.engine.url))
    assert answer.tally.examined == Population(reading).counts().journeys == 5
    reading.dispose()
    assert [one.more["stage"] for one in found][:2] == ["temporary_role", "permanent_role"]
    assert inquired.rows("journeys", rule="the_partner_may_refer") == [(REFUSED, 1)]
    assert candidates(inquired.rows("journeys", kind="permanent_role_agreed")) == {BO}


# Narrowed


@pytest.mark.parametrize("question", list(QUESTIONS))
def test_the_sum_over_programmes_and_over_towns_is_the_whole(inquired: Inquired, question: str) -> None:
    whole = inquired.rows(question)
    for parts in (
        [{"scope": Scope(programme=one)} for one in PROGRAMMES],
        [{"town": one} for one in (TOWN, OTHER_TOWN)],
        [{"scope": Scope(candidates=(one,))} for one in (ANNA, BO, CHARLIE, DANA, REFUSED)],
    ):
        assert sorted((row for part in parts for row in inquired.rows(question, **part)), key=str) == sorted(
            whole, key=str
        )


def test_a_coordinator_has_what_was_recorded_while_she_was_in_charge(inquired: Inquired) -> None:
    assert candidates(inquired.rows("decisions", coordinator="anna.berg")) == {ANNA, BO, CHARLIE}
    assert inquired.rows("decisions", coordinator="bo.lind") == []
    assert inquired.rows("journeys", coordinator="bo.lind") == [(ANNA, 8)]


def test_both_axes_of_time_narrow_by_days_of_their_own(inquired: Inquired) -> None:
    effective, recorded = MONDAY + 12 * DAY, MONDAY + 20 * DAY
    on = Period(first=effective, last=effective)
    assert inquired.rows("decisions", in_effect=on) == [(BO, 7)]
    assert inquired.rows("decisions", recorded=on) == []
    then = Period(first=recorded, last=recorded)
    assert inquired.rows("decisions", recorded=then) == [(BO, 7)]
    assert inquired.rows("decisions", in_effect=then) == []
    assert inquired.rows("journeys", in_effect=on) == [(BO, 7)]
    with pytest.raises(ValidationError, match=r"scope\.ends_first"):
        Period(first=recorded, last=effective)


# Known by


def test_a_correction_moves_a_decision_in_effect_and_the_answer_of_before_stays(
    changing: Inquired, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {question: changing.asks(question, known_at(150)) for question in QUESTIONS}
    tallies = {question: _tally(changing, question, 150) for question in QUESTIONS}
    changing.bo.later(140)
    changing.corrects(changing.bo, "permanent_role_agreed", effective_on=MONDAY + 15 * DAY)
    changing.anna.later(160)
    changing.corrects(changing.anna, "temporary_role_agreed")
    changing.charlie.later(100)
    changing.corrects(changing.charlie, "referral_accepted", effective_on=MONDAY + 59 * DAY)
    changing.reads(changing.anna, "coordinator:bo.lind", None, known_at(170))
    changing.reads(changing.charlie, "coordinator:bo.lind", "Anna is on leave", known_at(170))
    for question in QUESTIONS:
        assert changing.asks(question, known_at(150)) == before[question], question
        assert _tally(changing, question, 150) == tallies[question]
    later = known_at(200)
    assert [(one.candidate, one.row, one.more["corrects"]) for one in changing.asks("corrections", later)] == [
        (ANNA, 9, 7),
        (BO, 8, 7),
        (CHARLIE, 5, 3),
    ]
    [struck_, replaced, _] = [one.more for one in changing.asks("corrections", later)]
    assert translate(struck_["said"]).startswith("A temporary role ")
    assert struck_["reads_now"] is None
    assert translate(replaced["said"]) == translate(replaced["reads_now"])  # the day alone moved
    assert replaced["was_on"] != replaced["became"]
    moved = Period(first=MONDAY + 15 * DAY, last=MONDAY + 15 * DAY)
    assert changing.rows("decisions", later, in_effect=moved) == [(BO, 7)]
    was = Period(first=MONDAY + 12 * DAY, last=MONDAY + 12 * DAY)
    assert changing.rows("decisions", later, in_effect=was) == []
    first = Period(first=MONDAY, last=MONDAY)
    assert (ANNA, 7) in changing.rows("decisions", known_at(150), in_effect=first)
    assert (ANNA, 7) not in changing.rows("decisions", later, in_effect=first)  # it took effect on no day
    struck = {
        (one.candidate, one.row): one.corrected_by for one in changing.asks("decisions", later) if one.corrected_by
    }
    assert struck == {(ANNA, 7): 9, (BO, 7): 8}
    assert changing.rows("same-unit", later) == []  # it was struck
    assert [(one.candidate, one.more["because"]) for one in changing.asks("reads", later)] == [
        (ANNA, None),
        (CHARLIE, "Anna is on leave"),
    ]
    assert changing.rows("openings", later) == []
    with monkeypatch.context() as patched:  # who read of somebody protected is told, and not why or where
        patched.setattr("auditing.inquiry.answering.protected_on", lambda _engine: {CHARLIE: frozenset()})
        [_, hidden] = changing.asks("reads", later)
        assert (hidden.candidate, hidden.actor, hidden.unit, hidden.more["because"]) == (
            CHARLIE,
            "coordinator:bo.lind",
            None,
            None,
        )
        assert candidates(changing.rows("reads", later, town=TOWN)) == {ANNA}
    _agree_with_the_journeys(changing, later)


def _tally(inquired: Inquired, question: str, days: int) -> dict[str, object]:
    answer = inquired.answer(question, known_at(days))
    list(answer.found())
    return answer.tally.as_json()


# Who is told of


def test_protected_persons_are_left_out_and_counted_wherever_they_are(
    inquired: Inquired, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auditing.inquiry.answering.protected_on", lambda _engine: {BO: frozenset({"anna.berg"})})
    every: tuple[dict[str, Any], ...] = ({}, {"town": TOWN}, {"town": OTHER_TOWN}, {"coordinator": "anna.berg"})
    for filters in every:
        for question in ("decisions", "journeys", "late"):
            answer = inquired.answer(question, **filters)
            assert BO not in {one.candidate for one in answer.found()}
            assert answer.tally.protected == 1


def test_of_an_erased_candidate_the_plain_rows_are_told_as_erased(tmp_path: Path) -> None:
    changing = Inquired(migrated(f"sqlite:///{tmp_path / 'ledger.db'}", offering=True))
    with Session(changing.engine) as session, session.begin():
        session.execute(update(CandidateKeyRow).where(CandidateKeyRow.candidate == BO).values(wrapped=None))
    fresh = Inquired.__new__(Inquired)
    vars(fresh).update(vars(changing), engine=with_keys(changing.engine, SETTINGS))
    found = {(one.candidate, one.erased) for one in fresh.asks("decisions")}
    assert found == {(ANNA, False), (BO, True), (CHARLIE, False)}
    assert candidates(fresh.rows("decisions", town=OTHER_TOWN)) == {BO}  # the list of journeys has it still
    answer = fresh.answer("overdue")
    assert BO not in {one.candidate for one in answer.found()}
    assert answer.tally.untold == {"erased": 1}
    assert "1 journey of those looked at has been erased" in " ".join(map(str, told(answer, TITLES, Page(1, 50))))


def test_rows_that_were_meddled_with_hold_up_no_answer(tmp_path: Path) -> None:
    changing = Inquired(migrated(f"sqlite:///{tmp_path / 'ledger.db'}", offering=True))
    said = sealed(
        sealer_on(changing.engine).known(ANNA), LedgerContents({"kind": "danced"}, None, {}, None), changing.anna.id, 1
    )
    by_hand(changing.engine, "update ledger set contents = :said where journey_id = :id and row = 1", said=said,
            id=changing.anna.id)  # fmt: skip
    by_hand(changing.engine, "update ledger set contents = :said where journey_id = :id and row = 2", said=b"rubbish",
            id=changing.charlie.id)  # fmt: skip
    for question in QUESTIONS:
        assert changing.asks(question, known_at(150)) is not None
    answer = changing.answer("overdue")
    assert {one.candidate for one in answer.found()} == {BO, CHARLIE, DANA}
    assert answer.tally.untold == {"unreadable": 1}
    answer = changing.answer("decisions", town=OTHER_TOWN)
    assert {one.candidate for one in answer.found()} == {BO}
    assert answer.tally.untold == {"unreadable": 1}  # in which town it is nobody knows
