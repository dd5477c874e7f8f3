"""Whether the candidates are who they were when somebody registered them, and signed for it."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, Row, func, select
from sqlalchemy.exc import ProgrammingError

from activities.identities import opened_identity
from activities.sealing import KeyEnded, KeyUnusable, Sealer, sealer_on
from activities.seals import CannotOpen
from auditing.evidence.findings import NOTHING, Finding, finding_of, shown
from models.access.identities import commitment_to
from models.message import msg
from models.tables.base import table_of
from models.tables.people import CandidateRow, IdentityCommitmentRow, SearchTokenRow
from services.identities.words import tokens_of

FOUND_BY_OTHERS = "finding.identity_found_by_other_words"

AT_ONCE = 1_000
"""Rows that are fetched at a time."""


def identity_findings(engine: Engine) -> Iterator[Finding]:
    """Identities that were changed, exchanged, taken out or put in. Nothing on a role that may not read them.

    Of a candidate the latest row holds: who put right what was wrong has signed for it.
    """
    known, committed = table_of(CandidateRow), table_of(IdentityCommitmentRow)
    latest = select(func.max(committed.c.number)).group_by(committed.c.candidate)
    held = select(committed.c.candidate, committed.c.commitment, *known.c).where(committed.c.number.in_(latest))
    held = held.outerjoin_from(committed, known, known.c.number == committed.c.candidate).order_by(committed.c.number)
    strangers = select(known.c.number).where(known.c.number.not_in(select(committed.c.candidate)))
    try:
        with engine.connect() as connection:
            rows = connection.execute(held).all()
            numbers = list(connection.scalars(strangers.order_by(known.c.number)))
    except ProgrammingError:
        return
    sealer, tokens = sealer_on(engine), _tokens(engine)
    for chunk in (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)):
        sealer.have(row.candidate for row in chunk)
        for row in chunk:
            yield from _identity_findings(sealer, row, tokens.pop(row.candidate, frozenset()))
    for number in [*numbers, *sorted(set(tokens) - set(numbers))]:
        where, expected = msg("where.candidate", "candidate {number}", number=number), _SIGNATURE
        yield finding_of("finding.identity_not_signed", "nobody has signed for the identity", where, expected, NOTHING)


_SIGNATURE = msg("found.identity_signature", "the signature of whoever registered the person")


def _tokens(engine: Engine) -> dict[str, frozenset[int]]:
    """What each candidate is found by beside their identity number."""
    kept, found = table_of(SearchTokenRow).c, defaultdict[str, set[int]](set)
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=AT_ONCE).execute(select(kept.candidate, kept.token)):
            found[row.candidate].add(row.token)
    return {candidate: frozenset(tokens) for candidate, tokens in found.items()}


def _identity_findings(sealer: Sealer, row: Row[Any], tokens: frozenset[int]) -> Iterator[Finding]:
    where = msg("where.candidate", "candidate {number}", number=row.candidate)
    if row.number is None:
        if _is_told_of(sealer, row.candidate):
            yield finding_of("finding.identity_missing", "the identity is gone", where, row.commitment, NOTHING)
        elif tokens:
            yield finding_of(FOUND_BY_OTHERS, "it is found by other words", where, 0, len(tokens))
        return
    try:
        identity = opened_identity(sealer.known(row.candidate), row)
        found, is_found_by = commitment_to(identity), sealer.index(str(identity["identity_number"]))
        words = frozenset(tokens_of(sealer, identity))
    except (CannotOpen, KeyEnded, KeyUnusable):
        found, is_found_by, words = None, row.identity_index, tokens
    if found != row.commitment:
        yield finding_of("finding.identity_changed", "the identity was changed", where, row.commitment, shown(found))
    elif is_found_by != row.identity_index:
        expected, index = is_found_by, row.identity_index
        yield finding_of("finding.identity_found_by_another", "it is found by another number", where, expected, index)
    elif words != tokens:
        yield finding_of(FOUND_BY_OTHERS, "it is found by other words", where, len(words), len(tokens))


def _is_told_of(sealer: Sealer, candidate: str) -> bool:
    """Whether anything that was said of somebody can still be read. Whoever is erased has no key any more."""
    try:
        return sealer.known(candidate) is not None
    except (KeyEnded, KeyUnusable):
        return False
