"""What may be recorded of a journey now by whoever looks at it, and of the rest why not."""

from collections.abc import Sequence
from typing import NamedTuple

from models.access.permissions import PERMISSIONS, is_permitted, why_not
from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES, NOT_OFFERED, Corrected
from models.identifiers import Actor
from models.journey.own_keys import TAKES_TWO
from models.journey.transitions import possible_from, try_transition
from models.message import Message, msg
from models.projections.of_some import has_use
from models.projections.status import Possible, Status, describe
from models.rules.context import RuleContext
from models.rules.decision import Refusal
from models.rules.employment import EVALUATED, kept_from_deciding
from models.stages import Stage
from models.state.state import State
from services.application import Application
from services.queries.lines import JourneyLine
from services.queries.possible import by_what_they_lead_to
from services.readers import relation_of
from services.recording.knowledge import known_at

ELSEWHERE = NOT_OFFERED | {"referred", "corrected", "correction_proposed"}
"""Kinds that nobody looks for here: an earlier event is corrected where it stands."""


CORRECTING = Corrected.model_fields["kind"].default


class NotNow(NamedTuple):
    """A kind of event that is not possible, and why."""

    kind: str
    why: Message


class Offered(NamedTuple):
    """What may be recorded now, grouped as one looks for it, and what may not.

    `is_certain` says that the journey itself has answered; otherwise it is reckoned by the rules of today. `kept_from`
    is what others may record now, and the reader may not after what they have done themselves.
    """

    groups: list[tuple[Message, list[Possible]]]
    not_now: list[NotNow]
    is_certain: bool
    kept_from: Sequence[NotNow] = ()


def offered(application: Application, line: JourneyLine, actor: Actor, status: Status | None) -> Offered:
    """What somebody may record of a journey. `status` is what the journey says of itself, where it could be asked."""
    state = _state_of(application, line)
    known = status or describe(line.candidate, line.programme, state, line.events, application.now())
    known = known.model_copy(update={"possible": tuple(one for one in known.possible if one.kind not in ELSEWHERE)})
    refused = refused_to(application, line, actor, [one.kind for one in known.possible])
    possible = tuple(one for one in known.possible if one.kind not in refused)
    groups = by_what_they_lead_to(known.model_copy(update={"possible": possible}))
    kept_from = [NotNow(kind, why) for kind, why in refused.items() if why.id == EVALUATED.id]
    not_now = [NotNow(kind, why) for kind, why in refused.items() if why.id != EVALUATED.id]
    if state is not None:
        kinds = [one.kind for one in known.possible]
        not_now += _not_now(application, state, [kind for kind in _of_role(actor) if kind not in kinds])
    return Offered(groups if state or status else [], not_now, status is not None, kept_from)


def refused_to(application: Application, line: JourneyLine, actor: Actor, kinds: Sequence[str]) -> dict[str, Message]:
    """Those of these kinds that somebody may not record themselves, and why: by their role, or as they have evaluated
    and a colleague decides."""
    relation, state = relation_of(application, line, actor), _state_of(application, line)
    decides = state is None or not kept_from_deciding(state, actor)
    told = {kind: why_not(actor.role, kind, name_of(kind), relation) for kind in kinds}
    if not decides:
        told |= {kind: EVALUATED for kind in kinds if kind in TAKES_TWO and told[kind] is None}
    return {kind: why for kind, why in told.items() if why is not None}


def may_correct(application: Application, line: JourneyLine, actor: Actor) -> bool:
    """Whether the table of permissions lets somebody correct what was recorded of a journey."""
    return is_permitted(actor.role, CORRECTING, relation_of(application, line, actor))


def can_be_corrected(kind: str) -> bool:
    """Whether an event of a kind can be struck, or stand otherwise than it does."""
    cls = EVENT_CLASSES.get(kind)
    return cls is not None and (cls.correction.strikes or cls.correction.allows(kind))


def _of_role(actor: Actor) -> list[str]:
    """What somebody with a role may record at all, in the order of the way."""
    return [kind for kind in EVENT_CLASSES if kind in PERMISSIONS[actor.role] and kind not in ELSEWHERE]


def _state_of(application: Application, line: JourneyLine) -> State | None:
    journey = known_at(application, line.journey_id, application.today()).journey
    return journey.state if journey else None


def _not_now(application: Application, state: State, kinds: Sequence[str]) -> list[NotNow]:
    """Why not, of those for which the programme has a use."""
    found = []
    for kind in kinds:
        stages = [stage.in_words for stage in Stage if kind in possible_from(stage, state.rules.shape)]
        if not stages or not has_use(kind, state.rules):
            continue
        answer = try_transition(RuleContext(state, kind, application.today()))
        if answer is None:
            found.append(NotNow(kind, msg("possible.in_other_stages", "Possible in: {stages}.", stages=stages)))
        elif isinstance(answer, Refusal):
            found.append(NotNow(kind, answer.message))
    return found
