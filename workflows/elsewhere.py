"""Employment in a person's other journeys: when a journey looks for it, what it says then, and whom it tells."""

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from activities.other_journeys import Asking, FoundElsewhere, OtherJourneys
from models.calendar.swedish_day import day_in_sweden
from models.canonical import digest_of
from models.events.events import EmploymentFoundElsewhere
from models.identifiers import THE_JOURNEY_ITSELF, JourneyId, own_id
from models.stages import Stage
from models.state.state import State
from workflows import policies
from workflows.messages import EMPLOYMENT_SIGNAL, JOURNEYS, Incoming


def counts_in(state: State) -> bool:
    """Whether days of employment decide something now: what may be agreed next, or when the law steps in."""
    return state.stage is Stage.TEMPORARY_ROLE or state.stage in state.rules.shape.hires_in


class Elsewhere:
    """What a journey has still to ask of the person's other journeys, or to tell them."""

    def __init__(self, journey_id: JourneyId) -> None:
        self._id = journey_id
        self._looks = self._tells = False

    @property
    def is_due(self) -> bool:
        return self._looks or self._tells

    def is_to_look(self) -> None:
        """Another journey has said that what it tells has changed."""
        self._looks = True

    def note(self, before: State | None, after: State) -> None:
        """An event was committed: it may have brought the journey to where employment elsewhere counts, or have changed
        what the others reckon with."""
        entered = counts_in(after) and (before is None or before.stage is not after.stage)
        self._looks = self._looks or entered
        self._tells = self._tells or _told_by(before) != _told_by(after)

    async def look(self, state: State | None) -> list[Incoming]:
        """Have the others look, where they must, and say what has been found, where that is new and counts here."""
        tells, counts = self._tells, self._looks and state is not None and counts_in(state)
        self._looks = self._tells = False
        found = await _found(self._id) if tells or counts else None
        if found is None:
            return []
        for other in found.open_journeys if tells else ():
            await _tell_to_look(other)
        is_new = counts and state is not None and state.employment_elsewhere != found.employments
        return [_message(found_event(self._id, found))] if is_new else []


def _told_by(state: State | None) -> tuple[object, ...]:
    """What other journeys reckon with, of a journey as it stands."""
    if state is None:
        return (), (), False
    return state.roles, state.earlier_employment, bool(state.roles) and state.ended


async def _found(journey_id: JourneyId) -> FoundElsewhere | None:
    """What the other journeys tell now; None where this version cannot read them."""
    try:
        return await workflow.execute_local_activity_method(
            OtherJourneys.look_elsewhere,
            Asking(journey_id=journey_id),
            start_to_close_timeout=policies.RECORDING,
            retry_policy=policies.LOOK_RETRY,
            local_retry_threshold=policies.RECORD_AT_ONCE,
            summary="employment elsewhere",
        )
    except ApplicationError:
        workflow.logger.error("the person's other journeys could not be read")
        return None


async def _tell_to_look(journey_id: JourneyId) -> None:
    try:
        await workflow.get_external_workflow_handle(journey_id).signal(EMPLOYMENT_SIGNAL)
    except FailureError:
        workflow.logger.warning("another journey has ended meanwhile, and was not told")


def found_event(journey_id: JourneyId, found: FoundElsewhere) -> EmploymentFoundElsewhere:
    """What the journey says of what it found, on the day on which it did. The id follows from what it says."""
    said = found.model_dump(mode="json", include={"employments", "read_up_to"})
    day = day_in_sweden(found.at)
    return EmploymentFoundElsewhere(
        event_id=own_id(JOURNEYS, f"{journey_id} employment elsewhere on {day}: {digest_of(said)}"),
        actor=THE_JOURNEY_ITSELF,
        effective_on=day,
        employments=found.employments,
        read_up_to=found.read_up_to,
    )


def _message(event: EmploymentFoundElsewhere) -> Incoming:
    return Incoming(event.event_id, event, digest_of(event), own=True)
