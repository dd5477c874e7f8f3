"""What a journey lacks: what was recorded late, what was due and never happened, and who was not told."""

from dataclasses import replace

from auditing.inspection.omissions import Lack, omissions
from auditing.inspection.timeline import timeline
from auditing.inspection.why import why, why_all
from auditing.inspection.why_page import why_page
from runtime.i18n import using_language
from tests.support.audited import Story, on, the_story


def test_what_was_recorded_late_is_marked_where_it_was_recorded() -> None:
    story = the_story()
    late = [(one.row, one.day) for one in omissions(story.journey, on(90)) if one.lack is Lack.RECORDED_LATE]
    assert late == [(story.rows["checked late"], on(2))]
    marked = {row.row: row.late_days for row in timeline(story.journey.lines) if row.late_days}
    assert marked == {story.rows["checked late"]: 8}


def test_a_check_in_that_was_due_and_not_held_is_told_at_what_came_instead() -> None:
    story = the_story()
    [never] = why(story.journey, str(story.rows["completed"])).lacks
    assert (never.lack, never.day) == (Lack.NEVER_HAPPENED, on(44))


def test_what_is_due_and_open_today_is_told_without_a_row() -> None:
    story = the_story()
    open_now = [(one.lack, one.day) for one in omissions(story.journey, on(120)) if one.row is None]
    assert (Lack.NEVER_HAPPENED, on(119)) in open_now
    assert not [one for one in omissions(story.journey, on(60)) if one.row is None]


def test_who_was_to_be_told_and_has_no_notice_and_who_was_told_beside_are_both_named() -> None:
    story = the_story()
    notices = [one for one in story.journey.notices if one.event_id == story.id_of("agreed")]
    kommunal, other = (next(one for one in notices if one.recipient == name) for name in ("kommunal", "eva.sjo"))
    beside = other.model_copy(update={"recipient": "mallory"})
    kept = [one for one in story.journey.notices if one != kommunal]
    found = why(replace(story.journey, notices=[*kept, beside]), str(story.rows["agreed"]))
    assert found.led_to is not None
    assert "kommunal" in found.led_to.to_tell
    assert [one.lack for one in found.lacks] == [Lack.NOT_TOLD, Lack.TOLD_BESIDE]
    assert ["kommunal" in found.lacks[0].what, "mallory" in found.lacks[1].what] == [True, True]


def test_a_whole_journey_is_explained_row_by_row_as_a_page_too() -> None:
    story: Story = the_story()
    found = why_all(story.journey, on(90))
    assert [row.row for row in found.rows] == [line.row for line in story.journey.lines]
    assert found.rows[6] == why(story.journey, "7")
    with using_language("sv"):
        page = why_page(why_all(story.journey, on(90)))
    assert page.count("<section>") == 1 + len(found.rows)
    assert "inte tillämplig" in page
