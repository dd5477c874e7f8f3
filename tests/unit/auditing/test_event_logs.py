"""Event logs: what a trace has of the rows of a journey, what the schemas ask, and the net beside the table."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from lxml import etree
from typer.testing import CliRunner

import audit
from activities.language import Language
from auditing.event_logs.petri_net import SINK, Transition, closed_from, transitions, write_pnml
from auditing.event_logs.traces import STRUCK, Lifecycle, LogEvent, LogNotice, activity, instant, trace_of
from auditing.event_logs.views import View
from auditing.event_logs.writing import LogForm
from models.events.events import EVENT_CLASSES
from models.identifiers import JourneyId
from models.journey.transitions import moves_of
from models.ledger.entry import UNREADABLE
from models.ledger.receipt import Receipt
from models.programme.way import USUAL
from models.stages import OPEN_STAGES, Stage
from runtime.i18n import using_language
from services.queries.lines import LedgerLine
from tests.support.audited import the_story
from tests.support.builders import Way, way_to_conversion
from tests.support.event_logs import line_of, written
from tests.support.shapes import AT_ONCE, HOLIDAY_JOBS, folder_with
from tests.support.violations import LEGAL, VIOLATIONS, trace

SCHEMAS = Path(__file__).parents[2] / "support" / "schemas"


def events(lines: Sequence[LedgerLine], view: View) -> dict[int, LogEvent]:
    found = trace_of(JourneyId.parse(lines[0].journey_id), lines, view)
    return {one.row: one for one in found.events} if found else {}


def lines_of(way: Way) -> list[LedgerLine]:
    """The ledger rows of a way of which everything was accepted."""
    lines: list[LedgerLine] = []
    for row, entry in enumerate(way.journey.entries, 1):
        event = entry.event
        answer = {"accepted": True, "row": row, "recorded_at": entry.recorded_at, "stage": way.state.stage}
        receipt = Receipt(event_id=event.event_id, kind=event.kind, message="", **answer)
        lines.append(line_of(way.journey.id, receipt, event))
    return lines


def test_a_log_of_what_was_recorded_has_every_row() -> None:
    story = the_story()
    found = events(story.ledger, View.RECORDED)
    assert list(found) == [line.row for line in story.ledger]
    refused = [row for row, one in found.items() if one.lifecycle is Lifecycle.REFUSED]
    assert refused == [line.row for line in story.ledger if not line.accepted]
    assert {found[row].in_effect for row in refused} == {False}
    assert found[story.rows["too early"]].rule == "possible_in_this_stage"
    assert found[story.rows["rubbish"]].kind == UNREADABLE


def test_a_log_says_of_a_correction_what_it_corrects_and_of_what_was_corrected_by_which_row() -> None:
    story, found = the_story(), events(the_story().ledger, View.RECORDED)
    agreed, corrected = found[story.rows["agreed"]], found[story.rows["corrected"]]
    assert (agreed.corrected_by, agreed.in_effect) == (corrected.row, False)
    assert (corrected.corrects, corrected.replacement, corrected.in_effect) == (agreed.row, "internship_agreed", True)
    struck = found[story.rows["struck"]]
    assert (struck.corrects, struck.replacement, struck.in_effect) == (story.rows["note"], STRUCK, False)
    assert found[story.rows["note"]].in_effect, "what struck it was struck itself"


def test_a_log_of_what_is_in_effect_has_the_data_that_hold_today_and_neither_what_was_refused_nor_struck() -> None:
    story, found = the_story(), events(the_story().ledger, View.IN_EFFECT)
    assert found.keys().isdisjoint(line.row for line in story.ledger if not line.accepted)
    assert story.rows["struck"] not in found
    assert {"note", "brought back"} <= {name for name, row in story.rows.items() if row in found}
    agreed, recorded = found[story.rows["agreed"]], story.ledger[story.rows["agreed"] - 1]
    assert recorded.effective_on is not None
    assert agreed.effective_on == date.fromordinal(recorded.effective_on.toordinal() + 2)
    assert agreed.recorded_at == recorded.recorded_at
    assert (agreed.stage_after, found[story.rows["reminded"]].stage_after) == (None, Stage.TEMPORARY_ROLE)


def test_a_role_that_the_law_makes_permanent_no_longer_is_not_in_effect() -> None:
    way = way_to_conversion()
    converted = way.happens("role_converted")
    before = [one.kind for one in events(lines_of(way), View.IN_EFFECT).values()]
    assert before[-1] == converted.kind
    referred = way.journey.entries[0].event
    replacement = referred.model_copy(update={"earlier_employment": ()}).model_dump()
    way.happens("corrected", corrects=referred.event_id, replacement=replacement, reason="Another person's")
    assert way.state.stage is Stage.TEMPORARY_ROLE
    kinds = [one.kind for one in events(lines_of(way), View.IN_EFFECT).values()]
    assert kinds == [*before[:-1], "corrected"]


def test_of_contents_that_are_gone_nobody_knows_what_is_in_effect() -> None:
    lines = [line.model_copy(update={"event": None}) for line in the_story().ledger]
    recorded = events(lines, View.RECORDED)
    assert {(one.lifecycle, one.in_effect) for one in recorded.values()} == {
        (Lifecycle.ACCEPTED, None),
        (Lifecycle.REFUSED, False),
    }
    assert events(lines, View.IN_EFFECT) == {}


def schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / name))


@pytest.fixture(scope="module")
def logs() -> dict[LogForm, bytes]:
    """The story as it was recorded, and some more ways."""
    story = the_story()
    told = trace_of(story.journey.journey_id, story.ledger, View.RECORDED)
    assert told is not None
    ways = [kinds for kinds in (*LEGAL.values(), *VIOLATIONS.values()) if set(kinds) <= EVENT_CLASSES.keys()]
    traces = [told, *(trace(number, kinds) for number, kinds in enumerate(ways))]
    return {form: written(form, traces) for form in LogForm}


@pytest.mark.parametrize(
    ("form", "name", "broken"),
    [
        (LogForm.XES, "xes.xsd", (b"+00:00", b"")),
        (LogForm.XES, "xes.xsd", (b'key="kind"', b'key="row"')),
        (LogForm.XES, "xes.xsd", (b'<string key="org:role"', b'<text key="org:role"')),
        (LogForm.OCEL_XML, "ocel.xsd", (b'type="boolean"', b'type="flag"')),
        (LogForm.OCEL_XML, "ocel.xsd", (b'<object id="candidate:', b'<object id="person:')),
        (LogForm.OCEL_XML, "ocel.xsd", (b'<event-type name="referral">', b'<event-type name="other">')),
    ],
)
def test_an_xml_log_is_as_its_schema_says(
    logs: dict[LogForm, bytes], form: LogForm, name: str, broken: tuple[bytes, bytes]
) -> None:
    schema(name).assertValid(etree.fromstring(logs[form]))
    damaged = logs[form].replace(*broken)
    assert damaged != logs[form]
    try:
        document = etree.fromstring(damaged)
    except etree.XMLSyntaxError:
        return
    assert not schema(name).validate(document)


def test_a_json_log_is_as_its_schema_says(logs: dict[LogForm, bytes]) -> None:
    import jsonschema  # takes more than a second, which each process that collects tests would wait for

    asked = json.loads((SCHEMAS / "ocel.schema.json").read_text())
    validator = jsonschema.Draft7Validator(asked, format_checker=jsonschema.FormatChecker())
    log = json.loads(logs[LogForm.OCEL_JSON])
    validator.validate(log)
    ids = {one["id"] for one in log["objects"]}
    assert len(ids) == len(log["objects"])
    assert {one["objectId"] for event in log["events"] for one in event["relationships"]} <= ids
    damages: tuple[dict[str, object], ...] = (
        {"time": "2026-03-02"},
        {"attributes": [{"name": "row", "value": 1}]},
        {"relationships": [{}]},
    )
    for damage in damages:
        assert not validator.is_valid({**log, "events": [{**log["events"][0], **damage}]})


def test_no_log_has_a_word_that_somebody_wrote(logs: dict[LogForm, bytes]) -> None:
    for text in the_story().texts.values():
        assert text.text
        assert not any(text.text.encode() in log for log in logs.values())


def test_a_notice_is_an_object_whose_status_changes_and_which_somebody_acknowledges() -> None:
    told = trace(1, ("referred", "referral_accepted", "partner_acknowledged"))
    accepted, acknowledged = told.events[1:]
    notice = LogNotice(
        notice_id="n-1",
        event_id=str(accepted.event_id),
        recipient="arbetsformedlingen",
        became=(("created", accepted.recorded_at), ("acknowledged", acknowledged.recorded_at)),
    )
    events = (*told.events[:2], replace(acknowledged, event={"notice_id": notice.notice_id}))
    log = json.loads(written(LogForm.OCEL_JSON, [replace(told, events=events, notices=(notice,))]))
    [found] = [one for one in log["objects"] if one["type"] == "notice"]
    status = [(one["value"], one["time"]) for one in found["attributes"] if one["name"] == "status"]
    assert status == [(became, instant(at)) for became, at in notice.became]
    qualifiers = [
        [one["qualifier"] for one in event["relationships"] if one["objectId"] == found["id"]]
        for event in log["events"]
    ]
    assert qualifiers == [[], ["told by"], ["acknowledges"]]
    assert {"objectId": "partner:arbetsformedlingen", "qualifier": "to"} in found["relationships"]


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_kind_of_event_has_a_name_of_its_own(language: Language) -> None:
    with using_language(language):
        names = [activity(kind) for kind in (*EVENT_CLASSES, UNREADABLE)]
    assert len(set(names)) == len(names)


def moves_of_the_net() -> set[tuple[str, str, str]]:
    """Which kind leads from which stage to which, as the net has it."""
    found = set()
    for one in transitions():
        if one.kind in (None, "referred"):
            continue
        before, after = ({*map(_stage, places)} - {None} for places in (one.takes, one.gives))
        [source], [to] = before or {"any"}, after or {"any"}
        found.add((str(one.kind), str(source), str(to)))
    return found


def _stage(place: str) -> str | None:
    if place.startswith(closed_from(Stage.REFERRAL)[:-8]):
        return Stage.CLOSED
    return place if place in list(Stage) else None


def test_the_net_has_the_moves_of_the_table_and_no_others() -> None:
    everywhere = tuple(Stage)
    assert moves_of_the_net() == {
        (move.kind, str(source), str(move.to or source))
        for move in moves_of(USUAL)
        for source in (("any",) if move.sources == everywhere else move.sources)
    }


def test_the_net_is_of_one_shape_of_the_way() -> None:
    at_once = {(one.kind, one.takes[0]) for one in transitions(AT_ONCE)}
    usual = {(one.kind, one.takes[0]) for one in transitions()}
    role = ("temporary_role_agreed", str(Stage.AWAITING_PLACEMENT))
    internship = ("internship_agreed", str(Stage.AWAITING_PLACEMENT))
    assert (role in at_once, internship in at_once) == (True, False)
    assert (role in usual, internship in usual) == (False, True)


def test_whoever_audits_draws_the_net_of_a_programme_of_another_shape(tmp_path: Path) -> None:
    programmes = folder_with("holiday_jobs", "", tmp_path)
    runner = CliRunner(env={"HELAVAGEN_PROGRAMMES": str(programmes)})
    for programme, shape in (("holiday_jobs", HOLIDAY_JOBS), ("service_division", USUAL)):
        file, drawn = tmp_path / f"{programme}.pnml", BytesIO()
        ended = runner.invoke(audit.app, ["net", programme, "--output", str(file)])
        assert ended.exit_code == 0, ended.output
        with using_language("en"):
            write_pnml(drawn, shape)
        assert file.read_bytes() == drawn.getvalue()
    assert b"internship_agreed" not in (tmp_path / "holiday_jobs.pnml").read_bytes()


def test_a_journey_is_reopened_into_the_stage_that_it_was_closed_from_and_no_other() -> None:
    reopened = [one for one in transitions() if one.kind == "reopened"]
    assert [(one.takes[0], one.gives[0]) for one in reopened] == [(closed_from(stage), stage) for stage in OPEN_STAGES]


def test_a_trace_may_end_wherever_the_journey_is() -> None:
    ends = [one for one in transitions() if one.kind is None]
    assert all(one.gives == (SINK,) for one in ends)
    held = {place for one in transitions() if one.kind for place in one.gives}
    assert {place for one in ends for place in one.takes} == held
    assert Transition("paused", ("referral", "going"), ("referral", "paused")) in transitions()
