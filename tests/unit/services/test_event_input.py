"""From what somebody types to an event: fields as text, lists in a short form, JSON, and every slip in one sentence."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from interfaces.cli.fields import read_fields, read_json
from models.events.events import (
    EVENT_CLASSES,
    NOT_FROM_THE_DESK,
    EvaluationRecorded,
    Event,
    InternshipAgreed,
    RequirementsChecked,
    UnionConsulted,
)
from runtime.errors import UsageError
from runtime.i18n import translate, using_language
from services.recording.draft import build_event, kind_of, missing
from tests.support.builders import Way
from tests.support.errors import raises
from tests.support.examples import example
from tests.support.programmes import SERVICE
from tests.support.values import MONDAY

EVENT_ID = UUID(int=7)


def built(kind: str, fields: dict[str, Any], **but: Any) -> Event:
    common: dict[str, Any] = {"event_id": EVENT_ID, "actor": "coordinator:anna.berg", "effective_on": MONDAY, **but}
    return build_event(kind, fields, **common)


def slip(kind: str, fields: dict[str, Any], **but: Any) -> str:
    """The id and the values of what is said of it."""
    with pytest.raises(UsageError) as caught:
        built(kind, fields, **but)
    return str(caught.value)


# Kinds


@pytest.mark.parametrize(
    "written",
    [
        *("referral_accepted", "referral-accepted", " Referral_Accepted ", "REFERRAL-ACCEPTED", "referral accepted"),
        *("godtagen anvisning", "Anvisning godtagen", "godtagen", "acceptance of the referral"),
    ],
)
def test_a_kind_may_be_written_as_people_write_it(written: str) -> None:
    assert kind_of(written) == "referral_accepted"


@pytest.mark.parametrize("written", ["", "referred", "deadline_passed", "role_converted", "__class__", "xyz"])
def test_a_kind_that_cannot_be_sent_is_not_known(written: str) -> None:
    with raises(UsageError, "event.not_known", kind=written):
        kind_of(written)


def test_what_may_be_several_kinds_is_answered_with_them_and_nothing_is_chosen() -> None:
    with raises(UsageError, "event.near", kind="ny sista dag") as caught, using_language("sv"):
        kind_of("ny sista dag")
    near = caught.value.message.values["near"]
    assert near == ("ny sista dag för praktiken", "ny sista dag för visstidsanställningen")
    assert kind_of("ny sista dag", ["internship_extended", "note_added"]) == "internship_extended"


# Options


def test_options_become_fields() -> None:
    arguments = ["--starts-on", "2026-01-01", "--position=ward", "--reason", "more time", "--remark=a=b"]
    assert read_fields(arguments) == {
        "starts_on": "2026-01-01",
        "position": "ward",
        "reason": "more time",
        "remark": "a=b",
    }
    assert read_fields([]) == {}
    assert read_fields(["--reason="]) == {"reason": ""}
    assert read_fields(["--days", "-5"]) == {"days": "-5"}


@pytest.mark.parametrize(
    ("arguments", "id", "value"),
    [
        (["ward"], "field.stray", "ward"),
        (["--reason", "more", "time"], "field.stray", "time"),
        (["-p", "ward"], "field.stray", "-p"),
        (["--position"], "field.no_value", "position"),
        (["--position", "--reason", "x"], "field.no_value", "position"),
    ],
)
def test_a_slip_in_the_options_is_told(arguments: list[str], id: str, value: str) -> None:
    with raises(UsageError, id) as caught:
        read_fields(arguments)
    assert list(caught.value.message.values.values()) == [value]


# JSON


def test_json_gives_fields_of_any_type() -> None:
    assert read_json('{"favourable": true, "scores": [{"criterion": "tasks", "score": 4}]}') == {
        "favourable": True,
        "scores": [{"criterion": "tasks", "score": 4}],
    }
    assert read_json(None) == read_json("") == read_json("{}") == {}


@pytest.mark.parametrize("text", ["{", "position: ward", "{'position': 'ward'}", "[" * 100_000])
def test_what_is_no_json_is_told(text: str) -> None:
    with raises(UsageError, "data.json"):
        read_json(text)


@pytest.mark.parametrize("text", ["[]", "5", '"ward"', "null", "true"])
def test_json_that_is_no_object_is_told(text: str) -> None:
    with raises(UsageError, "data.object"):
        read_json(text)


# Events


def test_fields_as_text_make_an_event() -> None:
    event = built(
        "internship_agreed",
        {"position": "ward", "starts_on": "2026-03-02", "ends_on": "2026-05-31", "supervisor": "maria.ek"},
    )
    assert event == InternshipAgreed(
        event_id=EVENT_ID,
        actor="coordinator:anna.berg",
        effective_on=MONDAY,
        position="ward",
        starts_on=MONDAY,
        ends_on=date(2026, 5, 31),
        supervisor="maria.ek",
    )


def test_the_day_may_be_text_as_well() -> None:
    assert built("referral_accepted", {}, effective_on="2026-03-02") == built("referral_accepted", {})


@pytest.mark.parametrize("kind", [kind for kind in EVENT_CLASSES if kind not in NOT_FROM_THE_DESK | {"referred"}])
def test_an_event_of_every_kind_can_be_made_from_json(kind: str) -> None:
    way = Way()
    event = way.event(kind, **({"actor": "coordinator:anna.berg"} if kind == "partner_acknowledged" else {}))
    said = read_json(event.model_dump_json(exclude={"event_id", "actor", "effective_on", "kind"}))
    assert example(kind, way).keys() - {"actor"} <= said.keys()
    assert built(kind, said, event_id=event.event_id, actor=event.actor, effective_on=event.effective_on) == event


@pytest.mark.parametrize("typed", ["kommunal, fackforbundet_st,", '["kommunal", "fackforbundet_st"]'])
def test_unions_are_typed_with_commas_between_or_as_json(typed: str) -> None:
    event = built("union_consulted", {"about": "internship_agreed", "unions": typed})
    assert isinstance(event, UnionConsulted)
    assert event.unions == ("kommunal", "fackforbundet_st")


def test_findings_have_a_short_form() -> None:
    event = built(
        "requirements_checked",
        {
            "profile": "hospital_service",
            "findings": "swedish_for_safety=trainable, shift_work=met ,"
            "kitchen_experience=waived:has cooked at home: for years,",
        },
    )
    assert isinstance(event, RequirementsChecked)
    assert [(finding.requirement, finding.result, finding.reason) for finding in event.findings] == [
        ("swedish_for_safety", "trainable", None),
        ("shift_work", "met", None),
        ("kitchen_experience", "waived", "has cooked at home: for years"),
    ]


def test_scores_have_a_short_form() -> None:
    event = built("evaluation_recorded", {"favourable": "yes", "scores": "tasks=4,reliability=5,cooperation=3"})
    assert isinstance(event, EvaluationRecorded)
    assert {score.criterion: score.score for score in event.scores} == {"tasks": 4, "reliability": 5, "cooperation": 3}
    assert event.favourable is True


def test_lists_may_also_be_json_as_text_or_as_it_is() -> None:
    scores = [{"criterion": criterion.id, "score": 4} for criterion in SERVICE.criteria]
    as_text = '[{"criterion": "tasks", "score": 4}, {"criterion": "reliability", "score": 4},' + (
        ' {"criterion": "cooperation", "score": 4}]'
    )
    short = "tasks=4,reliability=4,cooperation=4"
    events = [built("evaluation_recorded", {"favourable": True, "scores": said}) for said in (scores, as_text, short)]
    assert events[0] == events[1] == events[2]


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        (
            "evaluation_recorded",
            {"scores": "tasks"},
            "field.no_value_for",
        ),
        (
            "requirements_checked",
            {"findings": "shift_work=waived:days, not nights"},
            "field.no_value_for",
        ),
        ("evaluation_recorded", {"scores": "[{"}, "field.list name=scores"),
        ("evaluation_recorded", {"favourable": "true", "scores": "tasks=six"}, "field=scores.0.score "),
        ("evaluation_recorded", {"favourable": "true", "scores": "tasks=6"}, "field=scores.0.score "),
        ("evaluation_recorded", {"favourable": "perhaps", "scores": "tasks=4"}, "field=favourable "),
        ("requirements_checked", {"profile": "x", "findings": "shift_work=yes"}, "field=findings.0.result "),
        ("requirements_checked", {"profile": "x", "findings": "shift_work=waived"}, "finding.waived_without_reason"),
        (
            "internship_agreed",
            {"position": "ward"},
            "field=starts_on what=(value.missing)), (it_is_an_event.field field=ends_on what=(value.missing))",
        ),
        ("internship_extended", {"ends_on": "2026-02-30", "reason": "x"}, "field=ends_on "),
        ("internship_extended", {"ends_on": "next week", "reason": "x"}, "field=ends_on "),
        ("internship_extended", {"ends_on": "2026-05-01", "reason": " "}, "field=reason "),
        ("internship_agreed", {"position": "Ward 7"}, "field=position "),
        ("withdrawn", {"end_reason": "bored"}, "field=end_reason "),
        (
            "referral_accepted",
            {"position": "ward"},
            "event.unknown_field",
        ),
        ("withdrawn", {"reasn": "x"}, "event.unknown_field"),
        ("note_added", {"text": "a\x00b"}, "field=text what=(value.control_characters)"),
        ("note_added", {"text": "x" * 2_001}, "field=text "),
        ("referral_accepted", {"kind": "withdrawn", "event_id": str(EVENT_ID)}, "event.two_kinds"),
    ],
)
def test_a_slip_in_the_fields_is_told(kind: str, fields: dict[str, Any], says: str) -> None:
    assert says in slip(kind, fields)


@pytest.mark.parametrize(
    ("but", "says"),
    [
        ({"effective_on": "2.3.2026"}, "field=effective_on "),
        ({"actor": "anna"}, "field=actor "),
        ({"actor": "director:anna.berg"}, "field=actor "),
        (
            {"effective_on": "1066-10-14"},
            "field=effective_on what=(value.day_out_of_reach first=1990-01-01 last=2199-12-31)",
        ),
    ],
)
def test_a_slip_in_author_or_day_is_told(but: dict[str, Any], says: str) -> None:
    assert says in slip("referral_accepted", {}, **but)


def test_what_was_typed_is_not_repeated_because_it_may_be_personal() -> None:
    assert "19900101" not in slip("withdrawn", {"end_reason": "19900101-2385"})
    assert "19900101" not in slip("internship_extended", {"ends_on": "19900101-2385", "reason": "x"})


def test_what_is_missing_is_named() -> None:
    assert missing("internship_agreed", {"starts_on": "2026-03-02"}) == ["position", "ends_on"]
    assert missing("referral_accepted", {}) == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("withdrawn", {"end_reason": "nonsense"}),
        ("corrected", {"corrects": str(EVENT_ID), "reason": "Slip", "replacement": {"kind": "nonsense"}}),
    ],
)
def test_no_slip_is_answered_with_a_list_of_every_code(kind: str, fields: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        built(kind, fields)
    assert len(translate(caught.value.message)) < 150
