"""Corrections that take two: proposed by one person, approved or declined by another, withdrawn by the first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.calendar.swedish_day import day_in_sweden
from models.events import events as e
from models.journey.fold import CorrectionContext, Entry
from models.message import msg
from models.rules.decision import Held, Inapplicable, Judgement
from models.rules.registry import rule
from models.state.waiting_corrections import OPEN_FOR


@dataclass(frozen=True)
class OpenProposal:
    """A proposed correction that waits for a second person, and until when."""

    event: e.CorrectionProposed
    recorded_at: datetime

    @property
    def expires_at(self) -> datetime:
        return self.recorded_at + OPEN_FOR


NOT_PROPOSED = Inapplicable(
    msg("the_proposal_is_open.not_proposed", "The correction was not proposed to a second person before.")
)
NO_OPEN_PROPOSAL = Inapplicable(msg("approved_by_another.none", "There is no open proposal to hold it against."))


def open_proposals(entries: Sequence[Entry], now: datetime) -> list[OpenProposal]:
    """The proposals that are neither approved nor declined, nor too old, in the order of recording."""
    answered = {_answers(entry.event) for entry in entries}
    return [
        found
        for entry in entries
        if isinstance(entry.event, e.CorrectionProposed) and entry.event.event_id not in answered
        if (found := OpenProposal(entry.event, entry.recorded_at)).expires_at > now
    ]


def as_correction(event: e.CorrectionProposed) -> e.Corrected:
    """The correction that a proposal would be, to be judged as one."""
    return e.Corrected(**event.model_dump(exclude={"kind"}))


@rule("it_is_proposed_once", says="No other proposal to correct the same event waits for an answer.")
def it_is_proposed_once(context: CorrectionContext) -> Judgement:
    event = context.event
    if not isinstance(event, e.CorrectionProposed):
        return NOT_PROPOSED
    if all(one.event.corrects != event.corrects for one in open_proposals(context.entries, context.now)):
        return None
    message = msg(
        "it_is_proposed_once.waits",
        "A correction of this event is proposed already and waits for a second person. Withdraw it first.",
    )
    return it_is_proposed_once.refuse(message)


@rule("the_proposal_is_open", says="The proposal was made here, and is neither answered nor too old.")
def the_proposal_is_open(context: CorrectionContext) -> Judgement:
    event = context.event
    if isinstance(event, e.CorrectionProposed) or event.proposal is None:
        return NOT_PROPOSED
    found = _found(event.proposal, context.entries, context.now)
    if found is not None:
        until = day_in_sweden(found.expires_at)
        return Held(
            msg("the_proposal_is_open.holds", "It was proposed, and could be answered until {until}.", until=until)
        )
    message = msg(
        "the_proposal_is_open.closed",
        "This proposal has been answered, withdrawn or is older than {days} days. Propose the correction anew.",
        days=OPEN_FOR.days,
    )
    return the_proposal_is_open.refuse(message)


@rule("approved_by_another", says="A proposed correction is approved as it was proposed, by another person.")
def approved_by_another(context: CorrectionContext) -> Judgement:
    """The second person signs what the first one has signed: nothing less, nothing else."""
    event = context.event
    if not isinstance(event, e.Corrected) or event.proposal is None:
        return NOT_PROPOSED
    found = _found(event.proposal, context.entries, context.now)
    if found is None:
        return NO_OPEN_PROPOSAL
    proposed = found.event
    if event.actor.name == proposed.actor.name:
        message = msg("approved_by_another.same_person", "Nobody approves their own proposal. Ask a colleague.")
        return approved_by_another.refuse(message)
    if (event.corrects, event.replacement, event.moved) == (proposed.corrects, proposed.replacement, proposed.moved):
        return Held(
            msg(
                "approved_by_another.holds",
                "{proposer} proposed it, and {approver} approved it.",
                proposer=proposed.actor.name,
                approver=event.actor.name,
            )
        )
    message = msg(
        "approved_by_another.otherwise",
        "The correction is not what was proposed. Approve it as it is, or decline it.",
    )
    return approved_by_another.refuse(message)


def _found(proposal: UUID, entries: Sequence[Entry], now: datetime) -> OpenProposal | None:
    return next((one for one in open_proposals(entries, now) if one.event.event_id == proposal), None)


def _answers(event: e.Event) -> UUID | None:
    return event.proposal if isinstance(event, e.ProposalDeclined | e.Corrected) else None
