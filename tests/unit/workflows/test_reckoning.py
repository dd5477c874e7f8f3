"""What is allowed next is reckoned once for each state that an event leads to, however many ask for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from models.canonical import digest_of
from models.journey import fold
from models.journey.transitions import possible_from
from models.programme.way import WayRule
from models.projections.status import describe
from models.rules.decision import Proposal
from models.stages import Stage
from tests.support.builders import ROUTES, Way, way_to
from tests.support.values import JOURNEY_ID, at
from workflows.messages import Incoming, entry_for


class Reckonings:
    """Counts how often the kinds that a state allows are tried out."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stages: list[Stage] = []
        fold._allowed.cache_clear()  # tests share the states of the ways that they begin with

        def counted(stage: Stage, shape: WayRule) -> tuple[str, ...]:
            self.stages.append(stage)
            return possible_from(stage, shape)

        monkeypatch.setattr(fold, "possible_from", counted)

    @contextmanager
    def of(self, *stages: Stage) -> Iterator[None]:
        self.stages.clear()
        yield
        assert self.stages == [*stages]


@pytest.fixture
def reckonings(monkeypatch: pytest.MonkeyPatch) -> Reckonings:
    return Reckonings(monkeypatch)


def comes(way: Way, kind: str) -> None:
    """An event as the workflow takes it: judged, written down, committed if it is accepted, looked at."""
    event, now = way.event(kind), at(way.day)
    answer = way.journey.propose(event, now)
    message = Incoming(event.event_id, event, digest_of(event))
    entry = entry_for(JOURNEY_ID, JOURNEY_ID.candidate, way.journey, message, answer, now)
    if isinstance(answer, Proposal):
        way.journey.commit(answer)
    status = describe(JOURNEY_ID.candidate, JOURNEY_ID.programme, way.state, len(way.journey.entries), now)
    assert tuple(one.kind for one in status.possible) == entry.allowed_after


def test_an_event_that_is_accepted_has_the_state_reckoned_that_it_leads_to(reckonings: Reckonings) -> None:
    way = Way()
    for stage in (Stage.REFERRAL, Stage.REQUIREMENT_CHECK, Stage.AWAITING_PLACEMENT, Stage.INTERNSHIP):
        with reckonings.of(stage):
            comes(way, ROUTES[stage][-1])


def test_an_event_that_is_refused_has_nothing_reckoned_anew(reckonings: Reckonings) -> None:
    way = way_to(Stage.EVALUATION)
    with reckonings.of(Stage.EVALUATION):
        comes(way, "referral_accepted")
    with reckonings.of():
        comes(way, "permanent_role_agreed")


def test_on_another_day_each_of_the_two_states_is_reckoned_once(reckonings: Reckonings) -> None:
    way = way_to(Stage.REFERRAL).later(1)
    with reckonings.of(Stage.REFERRAL, Stage.REQUIREMENT_CHECK):
        comes(way, "referral_accepted")
