"""What a journey found in the person's other one, held against that one's rows."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from activities.other_journeys import employments_in
from auditing.evidence.findings import Noted
from auditing.verification.elsewhere_checks import elsewhere_findings, joined_findings
from models.access.register import Register
from models.access.statements import CandidatesJoined
from models.identifiers import CandidateNumber, JourneyId
from models.rules.recording import the_row_is_told
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.values import JOURNEY_ID

OTHER = JourneyId.of(JOURNEY_ID.candidate, "agency_chain")


def rows(way: Way) -> list[dict[str, Any]]:
    return [
        {
            "row": number,
            "accepted": True,
            "kind": entry.event.kind,
            "event": entry.event.model_dump(mode="json"),
            "recorded_at": entry.recorded_at.isoformat(),
        }
        for number, entry in enumerate(way.journey.entries, 1)
    ]


@pytest.fixture
def other() -> Way:
    """A way with a role that was extended, in its last row."""
    way = way_to(Stage.TEMPORARY_ROLE)
    way.happens("temporary_role_extended", ends_on=date(2026, 6, 30))
    return way


def finder(other: Way, up_to: int, **changes: object) -> list[dict[str, Any]]:
    """The rows of a way on which the role of the other one was found, as it stood after so many rows."""
    way = way_to(Stage.EVALUATION)
    told = employments_in(OTHER, other.journey.entries[:up_to])
    employments = [one.model_copy(update=changes).model_dump() for one in told]
    read = [{"journey": OTHER, "row": up_to}]
    way.happens("employment_found_elsewhere", employments=employments, read_up_to=read)
    return rows(way)


@pytest.mark.parametrize("up_to", [8, 9])
def test_what_follows_from_the_rows_that_were_read_is_no_finding(other: Way, up_to: int) -> None:
    assert list(elsewhere_findings(finder(other, up_to), lambda _: rows(other))) == []


@pytest.mark.parametrize("changes", [{"ends_on": date(2026, 12, 31)}, {"form": "wage_subsidy"}])
def test_days_and_forms_that_the_other_journey_does_not_tell_are_found(other: Way, changes: dict[str, object]) -> None:
    [one] = elsewhere_findings(finder(other, 8, **changes), lambda _: rows(other))
    assert one.what.id == "finding.employment_elsewhere"


def test_an_employment_that_stands_in_no_row_is_found(other: Way) -> None:
    ledger = finder(other, 8)
    ledger[-1]["event"]["read_up_to"] = []
    [one] = elsewhere_findings(ledger, lambda _: rows(other))
    assert one.what.id == "finding.employment_elsewhere"


def test_a_journey_that_is_not_at_hand_is_noted(other: Way) -> None:
    def nothing(_journey: str) -> Sequence[dict[str, Any]]:
        return ()

    [one] = elsewhere_findings(finder(other, 8), nothing)
    assert isinstance(one, Noted)


def test_what_stood_in_a_row_that_is_lost_is_noted(other: Way) -> None:
    lost = {"row": 8, "accepted": False, "kind": "unreadable", "event": None, "rule": the_row_is_told.id}
    [one] = elsewhere_findings(finder(other, 8), lambda _: [*rows(other)[:5], lost])
    assert (one.what.id, isinstance(one, Noted)) == ("noted.other_journey_lost_rows", True)


A, B = (CandidateNumber(one) for one in ("A22222223", "B22222226"))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_employment_of_somebody_else_is_found() -> None:
    def row(at: datetime) -> dict[str, Any]:
        read = [{"journey": JourneyId.of(B, "agency_chain"), "row": 4}]
        event = {"employments": [], "read_up_to": read}
        return {
            "row": 9,
            "accepted": True,
            "kind": "employment_found_elsewhere",
            "event": event,
            "journey_id": JourneyId.of(A, "service_division"),
            "recorded_at": at.isoformat(),
        }

    register, both = Register(), {"later": B, "earlier": A}
    register.joins.said += [
        CandidatesJoined(at=AT, **both),
        CandidatesJoined(at=AT + timedelta(hours=5), undone=True, **both),
    ]
    found = {hours: [*joined_findings([row(AT + timedelta(hours=hours))], register)] for hours in (-1, 1, 6)}
    assert {hours: [one.what.id for one in of] for hours, of in found.items()} == {
        -1: ["finding.employment_of_another"],
        1: [],
        6: ["finding.employment_of_another"],
    }
