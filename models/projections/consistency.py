"""Holding what is made from the ledger – lists, places, workflows – against the ledger. Pure: read elsewhere."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from models.discrepancy import Difference, DifferenceKind
from models.identifiers import JOURNEY_WORKFLOW, JourneyId, is_journey_of
from models.message import Message, msg, plain
from models.stages import ENDED_STAGES, Stage

K = DifferenceKind

ROWS_SHOWN = "LedgerRows"
"""The search attribute in which a journey says how many rows of the ledger it has been answered with."""


@dataclass(frozen=True)
class ListLine:
    """A journey's line in the list, as far as it follows from the ledger's rows without folding them.

    Whether a pause has freed the place only the fold knows: here it may have.
    """

    candidate: str
    programme: str
    stage: str
    site: str
    position: str | None
    events: int
    paused: bool = False

    @property
    def freed(self) -> bool:
        """Whether the place of an internship was given up in a pause, as far as the line tells."""
        return self.paused and self.position is None


@dataclass(frozen=True)
class Recorded:
    """What the database has of a journey.

    `rows` counts its ledger rows and `accepted` the accepted ones; `stage` is that after the last accepted one, and
    `changed_at` when it was recorded. `line` is None where the list lacks the journey; `place` is the position of which
    it holds a place, since `taken_at`. Of somebody who was `erased` the rest stays as it was, and nothing runs.
    """

    journey_id: str
    rows: int = 0
    accepted: int = 0
    stage: str | None = None
    changed_at: datetime | None = None
    line: ListLine | None = None
    place: str | None = None
    taken_at: datetime | None = None
    erased: bool = False


@dataclass(frozen=True)
class Shown:
    """What Temporal has of a journey: its latest run's status in lower case, search attributes, last change, and the
    type of the workflow, which is not ours where somebody has started another under the journey's id.

    It `waits` where its task fails, or where what was sent to it has not been answered.
    """

    status: str
    attributes: Mapping[str, str]
    stuck: bool
    changed_at: datetime
    workflow: str = JOURNEY_WORKFLOW
    waits: bool = False

    @property
    def is_ours(self) -> bool:
        return self.workflow == JOURNEY_WORKFLOW

    @property
    def rows(self) -> int:
        """How many rows of the ledger the journey knows at least; 0 where it does not say."""
        said = self.attributes.get(ROWS_SHOWN, "")
        return int(said) if said.isdecimal() else 0

    @property
    def running(self) -> bool:
        return self.status == "running"


Over = Callable[[Recorded], bool]
"""Whether a journey in an ended stage has nothing left to wait for; asked only where no workflow runs."""


def compare(recorded: Recorded, shown: Shown | None, is_over: Over) -> Iterator[Difference]:
    """What differs of one journey. Where its ledger was put back to an earlier day, all else follows from that."""
    if is_behind(recorded, shown):
        expected, found = _rows(shown.rows if shown else 0), _rows(recorded.rows)
        yield Difference(journey_id=recorded.journey_id, kind=K.LEDGER_BEHIND, expected=expected, found=found)
        return
    for kind, expected, found in (
        *_list(recorded),
        *_place(recorded),
        *_workflow(recorded, shown, is_over),
        *(_attributes(recorded, shown) if not recorded.erased else ()),
    ):
        yield Difference(journey_id=recorded.journey_id, kind=kind, expected=expected, found=found)


def is_behind(recorded: Recorded, shown: Shown | None) -> bool:
    """Whether the ledger lacks rows that the journey knows. Of somebody who was erased nothing can be restored."""
    return shown is not None and shown.is_ours and shown.rows > recorded.rows and not recorded.erased


def _rows(count: int) -> Message:
    return msg("ledger_says.rows", "{count} rows", count=count)


Found = Iterator[tuple[DifferenceKind, Message, Message]]

NOTHING = msg("ledger_says.nothing", "nothing")


def nothing() -> Message:
    return NOTHING


MAY_HOLD = (Stage.AWAITING_PLACEMENT, Stage.TEMPORARY_ROLE)
"""Stages in which a place is held now and then, as by an offer or where periods are agreed: whether it is, the line
says."""


def _list(recorded: Recorded) -> Found:
    line = recorded.line
    if line is None and recorded.accepted:
        yield K.LIST_DIFFERS, _standing(recorded.stage, recorded.accepted), nothing()
    if line is None:
        return
    if not recorded.accepted:
        yield K.LIST_DIFFERS, nothing(), _standing(line.stage, line.events)
    elif (line.stage, line.events) != (recorded.stage, recorded.accepted):
        yield K.LIST_DIFFERS, _standing(recorded.stage, recorded.accepted), _standing(line.stage, line.events)
    elif not is_journey_of(recorded.journey_id, line.candidate, line.programme):
        yield (
            K.LIST_DIFFERS,
            plain(recorded.journey_id),
            msg("ledger_says.somebody_else", "another candidate or programme"),
        )
    elif line.stage not in MAY_HOLD and (line.position is None) is (line.stage == Stage.INTERNSHIP) and not line.freed:
        yield K.LIST_DIFFERS, _place_of_stage(line.stage), _place_named(line.position)


def _place(recorded: Recorded) -> Found:
    line = recorded.line
    by_line = line is not None and line.position is not None
    in_place = by_line if recorded.stage in MAY_HOLD else not (line and line.freed)
    holds = recorded.stage in (Stage.INTERNSHIP, *MAY_HOLD) and not recorded.erased and in_place
    named = recorded.line.position if recorded.line and holds else None
    if holds is not (recorded.place is not None):
        yield K.PLACE_DIFFERS, _place_of_stage(recorded.stage if holds else None, named), _place_named(recorded.place)
    elif named is not None and named != recorded.place:
        yield K.PLACE_DIFFERS, _place_named(named), _place_named(recorded.place)


def _workflow(recorded: Recorded, shown: Shown | None, is_over: Over) -> Found:
    running = _status("running")
    if recorded.erased:
        if shown is not None and shown.running:
            yield K.WORKFLOW_UNKNOWN, nothing(), running
        return
    if shown is not None and shown.running:
        if not recorded.rows and shown.is_ours and shown.waits:
            yield K.WORKFLOW_UNRECORDED, nothing(), running
            return
        if not recorded.rows:
            yield K.WORKFLOW_UNKNOWN, nothing(), running
        elif not shown.is_ours:
            found = msg("ledger_says.another_workflow", "a workflow of the type {type}", type=shown.workflow)
            yield K.WORKFLOW_REPLACED, running, found
        if shown.stuck and shown.is_ours:
            yield K.WORKFLOW_STUCK, running, msg("ledger_says.failing", "failing its tasks again and again")
        return
    ended_by_itself = shown is not None and shown.is_ours and shown.status == "completed"
    if not recorded.accepted or (recorded.stage in ENDED_STAGES and (ended_by_itself or is_over(recorded))):
        return
    yield (
        K.WORKFLOW_LOST,
        running,
        _status(shown.status) if shown else msg("ledger_says.not_in_temporal", "not known to Temporal"),
    )


def _attributes(recorded: Recorded, shown: Shown | None) -> Found:
    if shown is None or not (shown.running and shown.is_ours) or recorded.line is None or recorded.stage is None:
        return
    line, id_ = recorded.line, JourneyId.read(recorded.journey_id)
    if id_ is None:
        return
    # What the stage and the programme are to be does not depend on a list that may itself be wrong.
    expected = {"Stage": recorded.stage, "Programme": id_.programme, "Site": line.site}
    if 0 < shown.rows < recorded.rows:  # as where Temporal was put back to an earlier day
        expected[ROWS_SHOWN] = str(recorded.rows)
    differing = {name: value for name, value in expected.items() if shown.attributes.get(name) != value}
    if differing:
        found = {name: shown.attributes[name] for name in differing if name in shown.attributes}
        yield K.SEARCH_ATTRIBUTES_DIFFER, _listed(differing), _listed(found) if found else nothing()


def _standing(stage: str | None, events: int) -> Message:
    return msg("ledger_says.stage", "{stage} after event {events}", stage=_in_words(stage), events=events)


def _place_of_stage(stage: str | None, position: str | None = None) -> Message:
    if stage == Stage.INTERNSHIP or position:
        return _place_named(position) if position else msg("ledger_says.its_place", "the place of its internship")
    return msg("ledger_says.no_place", "no place")


def _place_named(position: str | None) -> Message:
    return (
        msg("ledger_says.a_place", "a place of {position}", position=position)
        if position
        else msg("ledger_says.no_place", "no place")
    )


def _listed(attributes: Mapping[str, str]) -> Message:
    return msg(
        "ledger_says.attributes", "{attributes}", attributes=[f"{one} {value}" for one, value in attributes.items()]
    )


def _in_words(stage: str | None) -> object:
    return Stage(stage) if stage in set(Stage) else str(stage)


def _status(status: str) -> Message:
    return _STATUSES.get(status) or plain(status.replace("_", " "))


_STATUSES = {
    "running": msg("workflow_status.running", "running"),
    "completed": msg("workflow_status.completed", "completed"),
    "failed": msg("workflow_status.failed", "failed"),
    "canceled": msg("workflow_status.canceled", "cancelled"),
    "terminated": msg("workflow_status.terminated", "terminated"),
    "timed_out": msg("workflow_status.timed_out", "timed out"),
}
