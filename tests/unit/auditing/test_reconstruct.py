"""Folding a history anew, where a worker died between recording and answering."""

from datetime import datetime
from functools import partial

from auditing.evidence.history_model import Answered, Began, Digests, JourneyHistory, Sent, TookIn
from auditing.verification.reconstruct import Refolding
from models.canonical import digest_of
from models.events.events import Event
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.ledger.receipt import Receipt
from models.rules.decision import Refusal
from models.stages import Stage
from tests.support.builders import Way
from tests.support.values import at
from workflows.messages import JourneyStart


def heard(history: JourneyHistory, event: Event, row: int, stage: Stage, rule: str | None = None) -> None:
    """The history tells that an event was sent, and its answer."""
    receipt = Receipt(
        event_id=event.event_id,
        kind=event.kind,
        accepted=rule is None,
        row=row,
        recorded_at=at(event.effective_on),
        stage=stage,
        rule=rule,
        source="a source",
        message="",
    )
    history.sent[str(event.event_id)].append(Sent(event, Digests(partial(digest_of, event))))
    history.steps.append(Answered(receipt, receipt.model_dump(mode="json"), datetime.now().astimezone()))


def test_a_refusal_is_judged_in_its_own_day_where_the_journey_learnt_first_what_a_dead_worker_recorded_after_it() -> (
    None
):
    way = Way()
    referral = way.happens("referred")
    early = way.event("internship_completed")
    refused = way.propose(early)
    assert isinstance(refused, Refusal)
    accepted = way.event("referral_accepted")
    start = JourneyStart(candidate=way.journey.id.candidate, rules=way.rules)
    history = JourneyHistory(steps=[Began("run", "", start, way.rules.model_dump(mode="json"))])
    heard(history, referral, 1, Stage.REFERRAL)
    # A worker refused one in row 2, accepted the next in row 3, and died with both. They come again in their order, and
    # before the first of them the journey is told what the ledger knows.
    history.steps.append(TookIn((Entry(event=accepted, recorded_at=at(way.day)),)))
    heard(history, early, 2, Stage.REFERRAL, refused.rule)
    heard(history, accepted, 3, Stage.REQUIREMENT_CHECK)
    rows = {str(referral.event_id): 1, str(accepted.event_id): 3}

    refolded = Refolding(way.journey.id, history, rows)
    assert refolded.findings == []
    assert [one.stage_before for _, one in sorted(refolded.by_row.items())] == [None, Stage.REFERRAL, Stage.REFERRAL]
    assert isinstance(refolded.fold, Journey)
    assert [entry.event for entry in refolded.fold.entries] == [referral, accepted]
