"""The population of an audit: every journey once, however it ended, the same number whoever asks."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, delete, update
from sqlalchemy.orm import Session

from auditing.evidence.evidence import journey_ids
from auditing.population.population import ENDS, ERASED, NOT_LISTED, REFERRAL_REFUSED, Counts, Population
from auditing.population.scope import EVERYTHING, Scope
from auditing.transparency.checkpointing import heads
from auditing.verification.request import AuditRequest
from auditing.verification.selection import select_journeys, size_of
from interfaces.cli.narrowing import scope_of
from models.access.protections import PROTECTED
from models.identifiers import JourneyId
from models.stages import Stage
from models.tables.journeys import JourneyRow
from models.tables.people import CandidateKeyRow
from runtime.errors import UsageError
from runtime.i18n import translate, using_language
from services.queries.lists import Lists
from services.queries.titles import Titles
from services.reports.counting import ON_THE_WAY, count
from tests.support.desks import office_of
from tests.support.errors import raises
from tests.support.programmes import PREPAREDNESS, RULES
from tests.support.recording import ANNA, BO, CHARLIE, DANA, RecordedWay, recorded_way, recorder_on
from tests.support.sealing import open_keyed_for_reading
from tests.support.values import MONDAY, candidate_from

REFUSED, LATE = candidate_from("E"), candidate_from("F")
TOWN, OTHER_TOWN = "2480", "2482"


class Ledger(NamedTuple):
    """A database with five journeys, one of them a refused referral, and how an auditor reads it."""

    writing: Engine
    reading: Engine

    def ids(self, scope: Scope = EVERYTHING) -> list[str]:
        return [one.candidate for one in Population(self.reading, scope).members()]

    def counts(self, scope: Scope = EVERYTHING) -> Counts:
        return Population(self.reading, scope).counts()


@pytest.fixture
def ledger(engine: Engine, database_url: str) -> Iterator[Ledger]:
    recorded_way(engine, BO, Stage.INTERNSHIP, 1)
    recorded_way(engine, ANNA, Stage.REFERRAL, 3, coordinator="bo.lind")
    recorded_way(engine, CHARLIE, Stage.CLOSED, 2, site=OTHER_TOWN)
    RecordedWay(recorder_on(engine), DANA, PREPAREDNESS, MONDAY.replace(year=2018)).comes("referred")
    assert not RecordedWay(recorder_on(engine), REFUSED).tells("referred", referring_partner="nobody").accepted
    reading = open_keyed_for_reading(database_url)
    yield Ledger(engine, reading)
    reading.dispose()


def test_each_journey_counts_once_by_how_it_ended(ledger: Ledger) -> None:
    members = list(Population(ledger.reading).members())
    assert [one.candidate for one in members] == [ANNA, BO, CHARLIE, DANA, REFUSED]
    counts = ledger.counts()
    assert (counts.journeys, counts.accepted, counts.refused) == (5, 4, 1)
    assert counts.ends == Counter(one.end for one in members)
    assert counts.ends[ON_THE_WAY] == 3
    assert counts.ends[REFERRAL_REFUSED] == 1
    assert set(counts.ends) <= set(ENDS)


def test_every_command_counts_the_same_or_the_difference_is_the_refused_referrals(ledger: Ledger) -> None:
    counts = ledger.counts()
    with ledger.reading.connect() as connection:
        assert len(list(heads(connection))) == counts.journeys  # checkpoint
    assert len(list(journey_ids(ledger.reading))) == counts.journeys  # verify and export
    assert len(Lists(ledger.reading).journeys()) == counts.accepted  # admin list
    reported = count(ledger.reading, "service_division", {}, MONDAY)
    assert reported.ways.total() == ledger.counts(Scope(programme="service_division")).accepted  # report


def test_a_refused_referral_is_where_it_would_have_been(ledger: Ledger) -> None:
    [refused] = [one for one in Population(ledger.reading).members() if one.end == REFERRAL_REFUSED]
    assert (refused.town, refused.coordinator, refused.rows) == (TOWN, "anna.berg", 1)
    assert REFUSED in ledger.ids(Scope(town=TOWN))


SCOPES: list[tuple[Scope, list[str]]] = [
    (Scope(candidates=(BO, DANA)), [BO, DANA]),
    (Scope(candidates=(BO,), programme="preparedness_jobs"), []),
    (Scope(programme="preparedness_jobs"), [DANA]),
    (Scope(programme="preparedness_jobs/1"), [DANA]),
    (Scope(programme="preparedness_jobs/2"), []),
    (Scope(town=OTHER_TOWN), [CHARLIE]),
    (Scope(coordinator="bo.lind"), [ANNA]),
    (Scope(town=OTHER_TOWN, coordinator="bo.lind"), []),
    (Scope(last=MONDAY - timedelta(days=1)), [DANA]),
    (Scope(first=MONDAY, last=MONDAY), [REFUSED]),
    (Scope(first=MONDAY + timedelta(days=1)), [ANNA, BO, CHARLIE]),
    (Scope(first=MONDAY + timedelta(days=4)), []),
]


def test_a_scope_finds_its_journeys(ledger: Ledger) -> None:
    for scope, found in SCOPES:
        assert ledger.ids(scope) == found, scope
        assert ledger.counts(scope).journeys == len(found)


def test_what_took_effect_in_a_period_is_in_it_though_recorded_later(ledger: Ledger) -> None:
    late = RecordedWay(recorder_on(ledger.writing), LATE, day=MONDAY + timedelta(days=90))
    assert late.tells("referred", effective_on=MONDAY + timedelta(days=60)).accepted
    for first in (60, 90):
        day = MONDAY + timedelta(days=first)
        assert ledger.ids(Scope(first=day, last=day)) == [LATE]
    between = MONDAY + timedelta(days=70)
    assert ledger.ids(Scope(first=between, last=between)) == []


def test_nobody_learns_in_which_town_a_protected_person_is(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditing.population.population.protected_on", lambda _engine: {CHARLIE: frozenset()})
    [charlie] = [one for one in Population(ledger.reading).members() if one.candidate == CHARLIE]
    assert charlie.town == PROTECTED
    assert ledger.counts().journeys == 5
    told = {town: ledger.counts(Scope(town=town)) for town in (TOWN, OTHER_TOWN, "1234", PROTECTED)}
    assert ledger.ids(Scope(town=OTHER_TOWN)) == ledger.ids(Scope(town=PROTECTED)) == []
    assert {counts.hidden for counts in told.values()} == {1}
    assert "1 journey of a protected person" in told[OTHER_TOWN].told()


def test_an_erased_journey_counts_and_tells_no_more(ledger: Ledger) -> None:
    with Session(ledger.writing) as session, session.begin():
        session.execute(update(JourneyRow).where(JourneyRow.candidate == BO).values(erased_on=MONDAY))
        session.execute(update(CandidateKeyRow).where(CandidateKeyRow.candidate == REFUSED).values(wrapped=None))
    members = {one.candidate: one for one in Population(ledger.reading).members()}
    assert members[BO].end == ERASED
    assert (members[REFUSED].end, members[REFUSED].town) == (REFERRAL_REFUSED, None)
    assert ledger.counts().journeys == 5


def test_a_journey_whose_line_is_gone_is_counted_and_named(ledger: Ledger) -> None:
    with ledger.writing.begin() as connection:
        connection.execute(delete(JourneyRow).where(JourneyRow.candidate == BO))
    assert {one.candidate: one.end for one in Population(ledger.reading).members()}[BO] == NOT_LISTED
    assert ledger.counts().journeys == 5


def test_a_journey_whose_rows_were_removed_is_left_out_of_no_audit(ledger: Ledger) -> None:
    """In which town or period it was nobody can tell, and whoever removed the rows must not choose."""
    gone, elsewhere = JourneyId.of(LATE, "service_division"), JourneyId.of(LATE, "easy_jobs")
    every = [one.journey_id for one in Population(ledger.reading).members()]
    for scope, found in [one for one in SCOPES if one[1] or not one[0].candidates]:
        wanted, counts, beside = select_journeys(ledger.reading, AuditRequest(scope), [*every, gone, elsewhere])
        lost = {one for one in (gone, elsewhere) if scope.names(one)}
        assert {JourneyId.parse(one).candidate for one in wanted} == {*found, *(LATE for _ in lost)}, scope
        assert (counts.journeys, beside) == (len(found), len(lost))
    assert size_of(ledger.reading) == (5, sum(one.rows for one in Population(ledger.reading).members()))
    with raises(UsageError, "journey.unknown", number=LATE):
        select_journeys(ledger.reading, AuditRequest(Scope(candidates=(BO, LATE))), every)


def test_a_scope_is_written_by_names_and_days_as_people_write_them(ledger: Ledger) -> None:
    office = office_of(ledger.reading)
    with using_language("sv"):
        title, town = Titles(RULES).programme("service_division"), Titles(RULES).town(OTHER_TOWN)
        said = {"programme": title, "town": town, "coordinator": "Bo Lind", "first": "2 mars 2026"}
        scope = scope_of(office, ["b222-22226", BO], **said)
    of = Scope(candidates=(BO,), programme="service_division", town=OTHER_TOWN, coordinator="bo.lind", first=MONDAY)
    assert scope == of
    assert scope_of(office) == EVERYTHING


WRONG: tuple[tuple[dict[str, Any], str], ...] = (
    ({"programme": "no_such_programme"}, "programme"),
    ({"town": "Narnia"}, "filter.unknown"),
    ({"coordinator": "nobody"}, "filter.unknown"),
    ({"first": "yesterweek"}, "day.unread"),
    ({"last": "1950-01-01"}, "scope.day"),
    ({"first": "2026-03-02", "last": "2026-03-01"}, "scope.ends_first"),
    ({"candidates": ["K7Q29FMX"]}, "candidate.number"),
)


def test_what_is_not_known_narrows_to_nothing_and_is_refused(ledger: Ledger) -> None:
    office = office_of(ledger.reading)
    for asked, why in WRONG:
        with pytest.raises(UsageError, match=rf"^{why}"):
            scope_of(office, **asked)


def test_a_town_and_a_programme_of_earlier_are_known_by_their_journeys(ledger: Ledger) -> None:
    with ledger.writing.begin() as connection:
        connection.execute(update(JourneyRow).where(JourneyRow.candidate == BO).values(site="0114"))
    office = office_of(ledger.reading)
    del vars(office)["book"]  # what the files say today is not even asked
    assert ledger.ids(scope_of(office, town="0114", programme="service_division")) == [BO]


def test_counts_are_told_in_one_sentence_in_both_languages() -> None:
    counts = Counts.of([ON_THE_WAY, ON_THE_WAY, REFERRAL_REFUSED])
    assert counts.told() == "3 journeys: 2 with an accepted referral, 1 refused referral."
    with using_language("sv"):
        assert counts.told() == "3 vägar: 2 med en godtagen anvisning, 1 anvisning som inte godtogs."


def test_a_scope_is_told_and_comes_back_as_it_was_written() -> None:
    scope = Scope(programme="easy_jobs", town="2480", first=date(2025, 1, 1), last=date(2025, 12, 31))
    assert Scope.model_validate_json(scope.model_dump_json()) == scope
    told = "where something was recorded or took effect from 2025-01-01 to 2025-12-31"
    assert translate(scope.in_words) == f"Journeys in the programme easy_jobs, in the town 2480, {told}."
    assert translate(EVERYTHING.in_words) == "Every journey."
    assert EVERYTHING.model_dump_json() == "{}"
    assert Scope(candidates=(BO, ANNA)).digest == Scope(candidates=(ANNA, BO)).digest != scope.digest


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"scope\.ends_first"):
        Scope(first=MONDAY, last=MONDAY - timedelta(days=1))
