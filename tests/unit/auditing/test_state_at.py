"""A moment of a journey on both axes, what makes the difference, and what changed between two moments."""

from datetime import UTC, date, datetime

import pytest

from auditing.evidence.evidence import Evidence
from auditing.evidence.recorded import JourneyRecord, recorded_in
from auditing.inspection.corrections import CorrectionEffect, corrections
from auditing.inspection.diff import Diff, diff
from auditing.inspection.moments_told import diff_told, state_told
from auditing.inspection.state_at import Instant, StateAt, read_instant, read_known_by, state_at
from interfaces.cli.narrowing import moment_known
from interfaces.cli.output import show
from models.journey.fold import Entry
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.i18n import moment_told, using_days_in_words, using_language
from tests.support.audited import NOW, Story, on, the_story
from tests.support.errors import raises
from tests.support.values import at


@pytest.fixture(scope="module")
def story() -> Story:
    return the_story()


def end_of(days: int) -> Instant:
    """The end of the day so many days after the beginning, as somebody writes it."""
    return read_instant(on(days).isoformat(), NOW)


def seen(story: Story, days: int, known_by: datetime = NOW) -> StateAt:
    return state_at(story.journey, end_of(days), known_by)


def between(story: Story, first: int, last: int) -> Diff:
    return diff(story.journey, end_of(first), end_of(last), NOW)


@pytest.mark.parametrize(
    ("written", "moment", "day"),
    [
        ("2026-03-01", datetime(2026, 3, 1, 22, 59, 59, 999999, UTC), date(2026, 3, 1)),
        ("1 mars 2026", datetime(2026, 3, 1, 22, 59, 59, 999999, UTC), date(2026, 3, 1)),
        ("2026-03-01T12:00", datetime(2026, 3, 1, 11, tzinfo=UTC), date(2026, 3, 1)),
        ("2026-03-02T00:30+01:00", datetime(2026, 3, 1, 23, 30, tzinfo=UTC), date(2026, 3, 2)),
        ("2026-03-01 12:00", datetime(2026, 3, 1, 11, tzinfo=UTC), date(2026, 3, 1)),
        ("2026-07-01", datetime(2026, 7, 1, 21, 59, 59, 999999, UTC), date(2026, 7, 1)),
        ("2026-03-01T23:30", datetime(2026, 3, 1, 22, 30, tzinfo=UTC), date(2026, 3, 1)),
        ("2026-03-01T12:00:58", datetime(2026, 3, 1, 11, 0, 58, 999999, UTC), date(2026, 3, 1)),
        ("2026-03-01T12:00:58.25", datetime(2026, 3, 1, 11, 0, 58, 250000, UTC), date(2026, 3, 1)),
        ("2026-03-01 12.00.58", datetime(2026, 3, 1, 11, 0, 58, 999999, UTC), date(2026, 3, 1)),
        ("1 mars 2026 kl. 12.00.58", datetime(2026, 3, 1, 11, 0, 58, 999999, UTC), date(2026, 3, 1)),
        ("1 mars 2026 kl. 12.00", datetime(2026, 3, 1, 11, tzinfo=UTC), date(2026, 3, 1)),
        ("2026-03-01T11:00:58z", datetime(2026, 3, 1, 11, 0, 58, 999999, UTC), date(2026, 3, 1)),
        (None, NOW, NOW.date()),
    ],
)
def test_a_moment_is_read_as_it_is_written(written: str | None, moment: datetime, day: date) -> None:
    assert read_instant(written, NOW) == Instant(moment, day)


@pytest.mark.parametrize(
    "written",
    [
        "soon",
        "2026-W10",
        "2026-02-30",
        "2026-03-01T25:00",
        "",
        "0001-01-01T00:00+14:00",
        "2026-W10 12:00",
        "2026-03-01T12.00.99",
        "kl. 12.00",
    ],
)
def test_what_is_no_moment_is_refused_with_how_to_write_one(written: str) -> None:
    with raises(UsageError, "moment.format"):
        read_instant(written, NOW)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_a_moment_is_read_as_the_product_shows_it(language: str) -> None:
    shown = datetime(2026, 10, 5, 7, 8, 9, 123456, UTC)
    for in_words in (True, False):
        with using_language(language), using_days_in_words(in_words):  # type: ignore[arg-type]
            written = moment_told(shown, seconds=True)
        assert read_instant(written, NOW).at == shown.replace(microsecond=999999), written


def test_what_is_known_is_not_known_before_its_time() -> None:
    assert read_known_by("2030-01-01", NOW) == read_known_by(NOW.date().isoformat(), NOW) == read_instant(None, NOW)
    assert read_known_by("2026-03-01", NOW) == read_instant("2026-03-01", NOW)


def test_that_a_moment_is_still_to_come_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert (moment_known("2026-03-01", NOW), moment_known(None, NOW)) == (read_instant("2026-03-01", NOW).at, NOW)
    assert capsys.readouterr() == ("", "")
    assert moment_known("2030-01-01", NOW) == NOW
    assert "still to come" in capsys.readouterr().err


def test_where_nothing_came_late_both_sides_agree(story: Story) -> None:
    for days in (0, 1, 60, 100):
        found = seen(story, days)
        assert (found.recorded, found.differences, found.reasons) == (found.in_effect, (), ())
        assert found.in_short == "What was recorded by then is what was in effect then."


def test_what_was_recorded_late_makes_the_difference_and_is_named(story: Story) -> None:
    found = seen(story, 3)
    assert found.in_effect is not None
    assert (found.recorded.stage, found.in_effect.stage) == (Stage.REQUIREMENT_CHECK, Stage.AWAITING_PLACEMENT)
    assert found.in_short.startswith("What was recorded by then differs from what was in effect then: stage, since, ")
    [reason] = found.reasons
    assert reason.row == story.rows["checked late"]
    assert "stage" in reason.fields
    assert reason.why.startswith("Row 5 took effect on 2026-03-04, but was recorded only on 2026-03-12 10:00:00: Check")


def test_a_correction_makes_the_difference_where_the_corrected_day_had_not_come(story: Story) -> None:
    found = seen(story, 10)
    assert found.in_effect is not None
    assert (found.recorded.place, found.in_effect.place) == ("lasarettet_ward_service", None)
    assert [reason.row for reason in found.reasons] == [story.rows["corrected"]]
    assert "is a correction: Corrected row 7: A slip. It now reads, for 2026-03-13: An intern" in found.reasons[0].why


def test_by_what_was_known_then_there_is_less_difference(story: Story) -> None:
    early = seen(story, 10, at(on(10)))
    assert (early.differences, early.reasons) == ((), ())
    before_the_check = seen(story, 10, at(on(9)))
    assert before_the_check.in_effect is not None
    assert before_the_check.in_effect.stage is Stage.REQUIREMENT_CHECK
    assert {reason.row for reason in before_the_check.reasons} == {5, 7}
    assert "Row 7 was recorded on 2026-03-12 10:00:00, and was not known before: " in before_the_check.reasons[1].why


def test_an_event_of_tomorrow_is_recorded_and_takes_effect_later(story: Story) -> None:
    *first, accepted = story.journey.entries[:2]
    tomorrow = accepted.model_copy(update={"event": accepted.event.model_copy(update={"effective_on": on(1)})})
    found = state_at(_of(story, [*first, tomorrow]), end_of(0), NOW)
    assert found.in_effect is not None
    assert (found.recorded.stage, found.in_effect.stage) == (Stage.REQUIREMENT_CHECK, Stage.REFERRAL)
    assert [reason.why for reason in found.reasons] == [
        "Row 2 was recorded by then, but takes effect only on 2026-03-03: The employer took the referral on."
    ]


def test_what_cannot_be_told_is_said_in_a_sentence(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    first, accepted, checked, *_ = story.journey.entries
    late = accepted.model_copy(update={"event": accepted.event.model_copy(update={"effective_on": on(6)})})
    found = state_at(_of(story, [first, late, checked]), end_of(4), NOW)
    assert found.in_effect is None
    assert found.in_short == (
        "What was in effect on 2026-03-06 cannot be told: row 5 took effect by then, but follows only from a row that"
        " took effect later."
    )
    show.blocks(state_told(found))
    assert "cannot be told" in capsys.readouterr().out


def test_rows_that_are_no_journey_are_refused_in_a_sentence(story: Story) -> None:
    with raises(Refused, "ledger.no_journey"):
        state_at(_of(story, story.journey.entries[1:]), end_of(90), NOW)


def test_before_the_referral_the_journey_had_not_begun(story: Story, capsys: pytest.CaptureFixture[str]) -> None:
    found = seen(story, -1)
    assert (found.recorded.stage, found.in_effect and found.in_effect.stage) == (None, None)
    show.blocks(state_told(found))
    assert "not begun" in capsys.readouterr().out


def test_between_two_moments_both_axes_change_in_their_own_way(story: Story) -> None:
    found = between(story, 3, 12)
    assert [row.row for row in found.rows] == [5, 6, 7]
    assert [row.answer.split(":")[0] for row in found.rows] == ["accepted", "refused", "accepted"]
    stages = {change.field: (change.before, change.after) for change in found.recorded}["stage"]
    assert stages == ("requirement_check", "internship")
    in_effect = {change.field: (change.before, change.after) for change in found.in_effect}
    assert in_effect["stage"] == ("awaiting_placement", "internship")
    assert in_effect["ends_on"] == (None, on(74).isoformat())
    assert "deadlines" in in_effect
    assert [(one.row, one.effective_on) for one in found.took_effect] == [(7, on(11))]


def test_a_correction_is_told_field_by_field(story: Story) -> None:
    [one] = between(story, 12, 20).corrections
    assert (one.row, one.corrects, one.by, one.done) == (8, 7, "coordinator:bo.lind", CorrectionEffect.REPLACED)
    assert {field.field: (field.before, field.after) for field in one.fields} == {
        "effective_on": (on(9).isoformat(), on(11).isoformat()),
        "ends_on": (on(99).isoformat(), on(74).isoformat()),
    }


def test_a_correction_that_moves_an_event_is_told_wherever_the_event_was_said_to_take_effect(
    story: Story, capsys: pytest.CaptureFixture[str]
) -> None:
    away, to, recorded, after = (between(story, *days) for days in ((8, 10), (10, 12), (14, 16), (16, 30)))
    assert ([one.row for one in away.rows], away.took_effect, away.in_effect) == ([5, 6, 7], (), ())
    assert [(one.row, one.corrected_in) for one in to.took_effect] == [(7, 8)]
    assert [[one.row for one in found.corrections] for found in (away, to, recorded, after)] == [[], [], [8], []]
    assert [[one.row for one in found.corrected_since] for found in (away, to, recorded, after)] == [[8], [8], [], []]
    then = diff(story.journey, end_of(8), end_of(10), end_of(10).at)
    assert ([one.row for one in then.took_effect], then.corrected_since) == ([7], ())
    unknown = diff(story.journey, end_of(8), end_of(20), end_of(10).at)
    assert [(one.row, one.corrected_in) for one in unknown.took_effect] == [(7, None)]
    for found, said in (
        (away, "Corrected after"),
        (to, "(as row 8 corrects it)"),
        (unknown, "without the corrections"),
    ):
        with using_language("en"):
            show.blocks(diff_told(found))
        assert said in capsys.readouterr().out


def test_striking_and_taking_it_back_are_corrections_of_the_event_itself(story: Story) -> None:
    _, struck, back = corrections(story.journey)
    note = story.rows["note"]
    assert (struck.corrects, struck.done, struck.holds, struck.strikes) == (note, CorrectionEffect.STRUCK, False, None)
    assert (back.corrects, back.done, back.holds, back.strikes) == (note, CorrectionEffect.RESTORED, True, struck.row)


def test_the_earlier_moment_comes_first(story: Story) -> None:
    with raises(UsageError, "diff.order"):
        between(story, 5, 4)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_both_languages_show_all_of_it(story: Story, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    with using_language(language):  # type: ignore[arg-type]
        show.blocks(state_told(seen(story, 10)))
        show.blocks(diff_told(between(story, -1, 100)))
    told = capsys.readouterr().out
    expected = {
        "en": ["recorded by then", "≠", "holds a place on", "row 7", "day: 2026-03-11 → 2026-03-13", "struck"],
        "sv": ["då registrerat", "≠", "har en plats på", "rad 7", "dag: 2026-03-11 → 2026-03-13", "struken"],
    }
    assert [word for word in expected[language] if word not in told] == [], told


def _of(story: Story, entries: list[Entry] | tuple[Entry, ...]) -> JourneyRecord:
    """The journey with only these entries in it, the rows keeping their numbers."""
    by_id = {str(entry.event.event_id): entry for entry in entries}
    lines = [
        line.model_copy(update={"event": by_id[line.event_id].event.model_dump(mode="json")})
        for line in story.journey.lines
        if line.event_id in by_id
    ]
    return JourneyRecord(story.journey.journey_id, story.journey.rules, lines)


async def test_without_a_run_nobody_knows_the_rules_of_then(story: Story) -> None:
    nothing = Evidence(story.journey.journey_id, (), {"ledger": [], "notices": []})
    with raises(UsageError, "history.gone"):
        await recorded_in(nothing)
