"""The auditor of a broken world: it finds nothing in a whole one, and names what somebody has put in there."""

from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.chaos.auditor import Invariant, audit
from tests.chaos.evidence import Evidence, read
from tests.chaos.journal import Answer, Sent
from tests.support.office import a_corrected_way, full_way, open_office
from tests.support.waiting import until

DAY = date(2026, 3, 2)


@pytest.fixture(scope="module")
async def whole(temporal: WorkflowEnvironment, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Evidence]:
    """What is left of a world in which nothing broke: a whole way, and somebody on a place."""
    async with open_office(temporal.client, tmp_path_factory.mktemp("whole")) as office:
        whole, placed = await a_corrected_way(office), await office.refer(effective_on=DAY)
        receipts = [await office.journeys.submit(placed, said) for said in full_way(DAY)[:3]]
        sent = [Sent("desk", placed, str(one.event_id), one.kind, Answer.ACCEPTED, one.row) for one in receipts]
        sent.append(Sent("import", placed, "", "referred", Answer.ACCEPTED))
        sent.append(Sent("signal", placed, str(receipts[0].event_id), receipts[0].kind, Answer.TAKEN))
        await until(lambda: office.lists.deliveries(), lambda told: set(told) == {"sent"})
        inbox = office.settings.data / "inbox"
        yield await read(office.engine, office.client, office.book.programmes, inbox, sent, {whole, placed})


def test_of_a_whole_world_nothing_is_found(whole: Evidence) -> None:
    assert audit(whole) == []
    assert {one.answer for one in whole.sent} == {Answer.ACCEPTED, Answer.TAKEN}
    assert whole.notices
    assert whole.places


def journey_on_a_place(world: Evidence) -> str:
    return next(iter(world.places))


def rows(world: Evidence) -> list[Any]:
    """Those of the journey on a place."""
    return world.ledger[journey_on_a_place(world)]


def an_accepted_event_is_gone(world: Evidence) -> None:
    rows(world).pop()


def an_accepted_event_is_refused(world: Evidence) -> None:
    rows(world)[-1].accepted = False


def an_accepted_event_stands_in_another_row(world: Evidence) -> None:
    world.sent[0] = replace(world.sent[0], row=1)


def an_imported_person_is_not_there(world: Evidence) -> None:
    world.sent.append(Sent("import", f"{journey_on_a_place(world)}s", "", "referred", Answer.ACCEPTED))


def a_signal_has_no_row(world: Evidence) -> None:
    world.sent.append(Sent("signal", journey_on_a_place(world), str(uuid4()), "paused", Answer.TAKEN, signature="0"))


def somebody_is_never_answered(world: Evidence) -> None:
    world.sent.append(Sent("desk", journey_on_a_place(world), str(uuid4()), "paused", Answer.NONE, tries=9))


def an_event_is_there_twice(world: Evidence) -> None:
    rows(world)[-1].event_id = rows(world)[-2].event_id


def a_row_follows_another(world: Evidence) -> None:
    rows(world)[-1].previous = "0" * 64


def a_row_is_unsigned(world: Evidence) -> None:
    rows(world)[0].worker_signature = None


def a_row_is_signed_by_somebody_else(world: Evidence) -> None:
    world.worker_keys.clear()


def a_row_was_changed(world: Evidence) -> None:
    rows(world)[0].actor = "coordinator:bo.lind"


def no_history_knows_of_an_event(world: Evidence) -> None:
    world.told[journey_on_a_place(world)].receipts.popitem()


def a_history_says_two_rows(world: Evidence) -> None:
    world.told[journey_on_a_place(world)].receipts[str(rows(world)[0].event_id)].add(7)


def a_history_knows_an_event_that_the_ledger_lacks(world: Evidence) -> None:
    world.told[journey_on_a_place(world)].receipts[str(uuid4())].add(9)


def the_workflow_says_another_stage(world: Evidence) -> None:
    statuses, journey = world.statuses, journey_on_a_place(world)
    statuses[journey] = statuses[journey].model_copy(update={"events": 3})


def the_workflow_says_nothing(world: Evidence) -> None:
    del world.statuses[journey_on_a_place(world)]


def the_list_says_another_stage(world: Evidence) -> None:
    world.lists[journey_on_a_place(world)].stage = "closed"


def a_place_is_not_held(world: Evidence) -> None:
    del world.places[journey_on_a_place(world)]


def a_place_is_given_twice(world: Evidence) -> None:
    world.offered[world.places[journey_on_a_place(world)]] = 0


def a_notice_is_missing(world: Evidence) -> None:
    world.notices.pop()


def a_notice_is_doubled(world: Evidence) -> None:
    world.notices.append(world.notices[0])


def a_notice_follows_from_nothing(world: Evidence) -> None:
    world.notices[0].notice_id = uuid4()


def a_notice_is_pending(world: Evidence) -> None:
    world.notices[0].status = "pending"


def a_notice_never_came(world: Evidence) -> None:
    world.deliveries[:] = [item for item in world.deliveries if item.notice_id != world.notices[0].notice_id]


def what_came_is_no_notice(world: Evidence) -> None:
    world.deliveries.append(replace(world.deliveries[0], notice_id=uuid4()))


def a_notice_came_to_two(world: Evidence) -> None:
    world.deliveries.append(replace(world.deliveries[0], recipient="somebody else"))


def a_journey_answers_nothing(world: Evidence) -> None:
    world.answers.discard(journey_on_a_place(world))


VIOLATIONS = {
    Invariant.RECEIPTS: (
        *(an_accepted_event_is_gone, an_accepted_event_is_refused, an_accepted_event_stands_in_another_row),
        an_imported_person_is_not_there,
    ),
    Invariant.SIGNALS: (a_signal_has_no_row,),
    Invariant.ANSWERS: (somebody_is_never_answered,),
    Invariant.CHAIN: (an_event_is_there_twice, a_row_follows_another),
    Invariant.SIGNATURES: (a_row_is_unsigned, a_row_is_signed_by_somebody_else, a_row_was_changed),
    Invariant.HISTORIES: (
        *(no_history_knows_of_an_event, a_history_says_two_rows, a_history_knows_an_event_that_the_ledger_lacks),
        an_accepted_event_is_gone,
    ),
    Invariant.FOLDS: (
        *(the_workflow_says_another_stage, the_workflow_says_nothing, the_list_says_another_stage),
        *(a_place_is_not_held, an_accepted_event_is_gone),
    ),
    Invariant.PLACES: (a_place_is_given_twice,),
    Invariant.NOTICES: (a_notice_is_missing, a_notice_is_doubled, a_notice_follows_from_nothing),
    Invariant.DELIVERIES: (a_notice_is_pending, a_notice_never_came, what_came_is_no_notice, a_notice_came_to_two),
    Invariant.STUCK: (a_journey_answers_nothing,),
}


@pytest.mark.parametrize(
    ("invariant", "violate"),
    [(invariant, violate) for invariant, violations in VIOLATIONS.items() for violate in violations],
    ids=lambda one: one.name if isinstance(one, Invariant) else one.__name__,
)
def test_a_violation_is_named(whole: Evidence, invariant: Invariant, violate: Callable[[Evidence], None]) -> None:
    world = deepcopy(whole)
    violate(world)
    assert invariant in {finding.invariant for finding in audit(world)}


def test_each_invariant_has_a_violation_that_shows_it() -> None:
    assert set(VIOLATIONS) == set(Invariant)
