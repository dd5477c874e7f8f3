"""The timeline in words: in both languages and every form, with refusals, corrections and notices in it."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from auditing.evidence.recorded import recorded_of
from auditing.inspection.diff import diff
from auditing.inspection.state_at import read_instant
from auditing.inspection.timeline import Sort, TimelineRow, timeline
from auditing.inspection.timeline_forms import FORMS, as_csv, read_form, write, written
from auditing.inspection.why import why
from models.calendar.swedish_day import in_swedish_time
from runtime.errors import UsageError
from runtime.i18n import using_language
from services.texts import opened
from tests.support.audited import CONFIRMED, NOW, Story, the_story
from tests.support.errors import raises
from tests.support.languages import english_in


@pytest.fixture(scope="module")
def story() -> Story:
    return the_story()


@pytest.fixture(scope="module")
def rows(story: Story) -> list[TimelineRow]:
    return timeline(story.journey.lines, story.journey.notices)


def row_of(story: Story, rows: list[TimelineRow], name: str) -> TimelineRow:
    return next(row for row in rows if row.row == story.rows[name])


def test_each_ledger_row_is_a_line_of_its_sort(story: Story) -> None:
    rows = timeline(story.journey.lines)
    assert [row.row for row in rows] == list(range(1, len(story.rows) + 1))
    sorts = {name: row_of(story, rows, name).sort for name in story.rows}
    refused = {name for name, sort in sorts.items() if sort is Sort.REFUSAL}
    assert refused == {"too early", "rubbish", "nowhere", "corrected wrongly", "by the evaluator"}
    assert {name for name, sort in sorts.items() if sort is Sort.CORRECTION} == {"corrected", "struck", "brought back"}


def test_what_was_refused_is_told_as_an_attempt(story: Story, rows: list[TimelineRow]) -> None:
    attempts = {row.row for row in rows if row.what.startswith("Attempted to record: ")}
    refused = {story.rows[name] for name in ("too early", "nowhere", "corrected wrongly", "by the evaluator")}
    assert attempts == refused  # what was no event at all says so itself
    assert why(story.journey, str(story.rows["too early"])).what == row_of(story, rows, "too early").what
    between = diff(story.journey, read_instant("2026-01-01", NOW), read_instant(None, NOW), NOW)
    assert {row.row for row in between.rows if row.what.startswith("Attempted to record: ")} == refused


def test_a_corrected_row_names_the_correction_that_holds(story: Story, rows: list[TimelineRow]) -> None:
    assert row_of(story, rows, "agreed").corrected_by == story.rows["corrected"]
    assert row_of(story, rows, "note").corrected_by is None
    assert row_of(story, rows, "struck").corrected_by == story.rows["brought back"]


def test_deadlines_are_told_in_words(story: Story, rows: list[TimelineRow]) -> None:
    assert row_of(story, rows, "reminded").what == (
        "The deadline wrapping up the temporary role, due 2026-06-29: reminder."
    )


def test_notices_stand_where_they_happened(story: Story, rows: list[TimelineRow]) -> None:
    told = [row for row in rows if row.row is None]
    assert {row.sort for row in told} == {Sort.NOTICE, Sort.ACKNOWLEDGEMENT}
    agreed = story.rows["agreed"]
    assert f"arbetsformedlingen was told of row {agreed}." in [row.what for row in told]
    assert f"kommunal could not be told of row {agreed}." in [row.what for row in told]
    confirmed = next(row for row in told if row.what == f"arbetsformedlingen confirmed the notice of row {agreed}.")
    before = max(row.row for row in rows[: rows.index(confirmed)] if row.row)
    assert (confirmed.recorded_at, before) == (CONFIRMED, story.rows["corrected wrongly"])


def test_the_csv_is_read_as_it_was_written_and_computes_nothing(story: Story, rows: list[TimelineRow]) -> None:
    text = as_csv(rows).removeprefix("\ufeff")
    read = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert text.startswith(
        "row;sort;recorded_at;effective_on;by;what;answer;stage;event_id;kind;corrected_by;word;late_days;lack\r\n"
    )
    assert [line["what"] for line in read] == [row.what for row in rows]
    assert read[0]["recorded_at"] == in_swedish_time(rows[0].recorded_at, seconds=True)
    evil = row_of(story, rows, "note").model_copy(update={"by": "=HYPERLINK(1)", "what": " @x", "answer": "\tx"})
    [line] = csv.DictReader(StringIO(as_csv([evil])), delimiter=";")
    assert (line["by"], line["what"], line["answer"]) == ("'=HYPERLINK(1)", "' @x", "'\tx")


def test_json_has_every_field_and_the_text_one_pair_of_lines_a_row(story: Story, rows: list[TimelineRow]) -> None:
    as_json = json.loads(written(rows, "json", story.journey.journey_id))
    assert [TimelineRow.model_validate(row) for row in as_json] == rows
    text = written(rows, "text", story.journey.journey_id).splitlines()
    assert len(text) == 2 * len(rows)
    assert text[0].startswith("  1  2026-03-02  Referred by arbetsformedlingen")


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_page_needs_nothing_but_itself(story: Story, language: str) -> None:
    with using_language(language):  # type: ignore[arg-type]
        page = written(
            timeline(story.journey.lines, story.journey.notices), "html", "journey/K7Q29FMXB/service_division"
        )
    assert f'<html lang="{language}">' in page
    assert not re.search(r"(src|href)=|<script|@import|url\(", page)
    assert {"en": "what happened", "sv": "vad som hände"}[language] in page
    assert page.count("<tr") == 1 + len(timeline(story.journey.lines, story.journey.notices))


def test_what_somebody_wrote_is_no_markup(story: Story, rows: list[TimelineRow]) -> None:
    evil = rows[0].model_copy(update={"what": "<script>alert(1)</script>"})
    assert "<script>" not in written([evil], "html", story.journey.journey_id)


@pytest.mark.parametrize("form", ["text", "html"])
def test_in_swedish_nothing_of_it_is_left_in_english(story: Story, form: str) -> None:
    with using_language("sv"):
        lines = opened(story.ledger, story.texts)
        told = written(timeline(lines, story.journey.notices), form, story.journey.journey_id)
    # What somebody wrote stays as it is, and "be" is Swedish too.
    given = (
        "be en kollega",
        "A slip",
        "=1+1 is written on the board",
        "The input is not encoded as json/plain; send the event as JSON.",
    )
    for text in given:
        told = told.replace(text, "")
    assert english_in(told) == []


def test_a_file_holds_what_the_terminal_shows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write("å\r\n", None)
    write("å\r\n", tmp_path / "timeline.csv")
    assert (tmp_path / "timeline.csv").read_bytes() == "å\r\n".encode()
    assert capsys.readouterr().out == "å\r\n"
    with raises(UsageError, "file.unwritable"):
        write("å", tmp_path / "nowhere" / "timeline.csv")


def test_a_form_that_there_is_not_is_refused_with_those_there_are() -> None:
    assert [read_form(form) for form in FORMS] == list(FORMS)
    with raises(UsageError, "timeline.form", known="text, json, csv, html"):
        read_form("pdf")


def test_rows_as_a_bundle_keeps_them_make_the_same_timeline(story: Story, rows: list[TimelineRow]) -> None:
    journey = story.journey
    ledger = [line.model_dump(mode="json") | {"id": line.row} for line in reversed(journey.lines)]
    notices = [line.model_dump(mode="json") | {"notice": {"kind": line.kind}} for line in journey.notices]
    again = recorded_of(journey.journey_id, journey.rules, json.loads(json.dumps(ledger)), notices)
    assert timeline(again.lines, again.notices) == rows
    assert again.entries == journey.entries


def test_an_event_whose_contents_could_not_be_kept_is_told_by_its_kind(story: Story) -> None:
    line = story.journey.lines[story.rows["nowhere"] - 1].model_copy(update={"event": None})
    [told] = timeline([line])
    assert told.what == "An event internship_agreed came, whose contents are not kept."


def test_a_partners_confirmation_names_the_row_instead_of_the_notice(story: Story) -> None:
    agreed = story.journey.lines[story.rows["agreed"] - 1]
    notice = next(one for one in story.journey.notices if one.event_id == agreed.event_id)
    said = {"kind": "partner_acknowledged", "notice_id": notice.notice_id}
    confirmed = agreed.model_copy(
        update={
            "kind": said["kind"],
            "event": said,
            "actor": f"partner:{notice.recipient}",
            "event_id": str(UUID(int=7)),
        }
    )
    refused = confirmed.receipt.model_copy(update={"accepted": False})  # so that nothing is folded
    told = timeline([agreed, confirmed.model_copy(update={"receipt": refused})])
    assert told[1].what == f"Attempted to record: {notice.recipient} confirmed the notice of row {agreed.row}."
