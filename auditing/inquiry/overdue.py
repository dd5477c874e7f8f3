"""Deadlines that ran past their day in many journeys: each journey folded by the rules pinned at its referral."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Engine, select

from auditing.inquiry.rows import LEDGER, JourneyRows, Row
from auditing.inspection.omissions import Missed, missed
from models.canonical import digest_of
from models.events import events as e
from models.identifiers import JourneyId
from models.journey.fold import Entry, resume, take_in
from models.programme.programme import Programme
from models.rules.decision import Refusal
from models.state.state import State
from runtime.rulebook.loader import RuleBook
from services.application import Application

TRIED = 5
"""Journeys whose histories are asked for rules that are no longer those of a file."""


class Step(NamedTuple):
    """An accepted event with its ledger row and the state after it."""

    row: Row
    event: e.Event
    after: State


def steps(journey: JourneyRows, rules: Programme) -> Iterator[Step]:
    """The accepted events of a journey, but for those from which nothing follows. None of them is judged: all were
    accepted. Raises ValueError where the rows begin no journey."""
    id_, state = JourneyId.parse(journey.id), None
    entries = journey.entries
    for number, (row, entry) in enumerate(journey.recorded, start=1):
        after = _after(rules, state, entries[:number], id_)
        if not isinstance(after, Refusal):
            state = after
            yield Step(row, entry.event, state)
    if state is None:
        raise ValueError("these events begin no journey")


def _after(rules: Programme, state: State | None, so_far: Sequence[Entry], id_: JourneyId) -> State | Refusal:
    """The state after the last of these; after a correction, that of the fold made anew."""
    if isinstance(so_far[-1].event, e.Corrected):
        return resume(rules, so_far, id_)[0]
    return take_in(rules, state, so_far[-1], id_, judged=False)


def overdue_in(journey: JourneyRows, rules: Programme, today: date) -> list[Missed[Step]]:
    """What was due in a journey and came late or never. Raises ValueError where the rows begin no journey."""
    return list(missed(list(steps(journey, rules)), today))


class PinnedRules:
    """The rules by which journeys began, by the digest that stands in the ledger: those of today's files, or what a
    history has."""

    def __init__(self, rules: Mapping[str, Programme]) -> None:
        self._rules = rules

    def of(self, journey: JourneyRows) -> Programme | None:
        """The rules pinned at a journey's referral; None where nothing has them any more."""
        referral = next((row for _, row in sorted(journey.sealed.items()) if row.accepted), None)
        return self._rules.get(referral.rules_digest or "") if referral is not None else None


def rules_of_files(book: RuleBook, programmes: Iterable[str]) -> dict[str, Programme]:
    """Today's rules of these programmes, by their digests."""
    found = (book.programme(one) for one in programmes if book.find(one) is not None)
    return {digest_of(rules): rules for rules in found}


async def pinned_rules(application: Application) -> PinnedRules:
    """The rules of every journey, from the files; of those that are no longer there from the history of one journey
    each. Raises ServiceUnavailable where the server is needed for that and does not answer."""
    began = _began_by(application.reading)
    programmes = {id_.programme for ids in began.values() for one in ids if (id_ := JourneyId.read(one))}
    found = rules_of_files(application.book, sorted(programmes))
    for digest, ids in began.items():
        if digest not in found and (rules := await _from_histories(application, digest, ids)) is not None:
            found[digest] = rules
    return PinnedRules(found)


def _began_by(engine: Engine) -> dict[str, list[str]]:
    """Some journeys that began by each digest."""
    query = select(LEDGER.rules_digest, LEDGER.journey_id).where(LEDGER.kind == "referred", LEDGER.accepted.is_(True))
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for digest, id_ in connection.execute(query.execution_options(yield_per=10_000)):
            if len(ids := found.setdefault(digest or "", [])) < TRIED:
                ids.append(id_)
    return found


async def _from_histories(application: Application, digest: str, ids: Sequence[str]) -> Programme | None:
    """The rules of this digest, from the first history that has them."""
    from auditing.evidence.history_reading import read_runs
    from auditing.evidence.runs import runs_of
    from runtime.archive import archived_by

    archived = archived_by(application.settings, application.reading)
    runs = await runs_of(await application.client(), ids, archived)
    for id_ in ids:
        rules = (await read_runs(runs[id_])).rules if runs[id_] else None
        if rules is not None and digest_of(rules) == digest:
            return rules
    return None
