"""Whether rows were written by our workers, sent by those who they say, and judged by rules that were in force."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import ValidationError

from auditing.evidence.evidence import Evidence, JsonRow
from auditing.evidence.findings import Finding, finding_of, row_of
from auditing.transparency.signing import Statement
from auditing.verification.checkpoint_checks import CLOCKS_AGREE_WITHIN
from auditing.verification.reconstruct import Refolding
from models.access.authorship import Claim, brought_rules, put_in_by, said_in, why_not_by, why_not_signed_by
from models.access.charge import NAME_A_COORDINATOR, takes_charge
from models.access.register import Register
from models.access.speaking import also_for, sign_in_of
from models.access.statements import BEGINNING, SignedStatement
from models.events.events import EVENT_CLASSES, SAID_BY_THE_JOURNEY
from models.identifiers import Actor, JourneyId, Role
from models.ledger.entry import Parties
from models.message import msg
from models.rules.decision import Refusal
from models.rules.registry import rule_in_words
from models.sign_ins import SignIn
from models.signatures import Signature, is_signed, row_bytes


def register_findings(register: Register, root: str | None) -> Iterator[Finding]:
    """What is wrong with the register itself. `root` is the key of its founder, as the auditor knows it."""
    if root is not None and register.founder != root:
        where = msg("where.register", "register of staff")
        yield finding_of(
            "finding.register_other_founder", "the register was founded by another key", where, root, register.founder
        )
    for fault in register.faults:
        where = msg("where.statement", "statement {number}", number=fault.number)
        if fault.person is not None:
            where = msg(
                "where.statement_about", "statement {number}, on {person}", number=fault.number, person=fault.person
            )
        expected = msg("found.statement_that_counts", "a statement that its author may make")
        yield finding_of("finding.statement_does_not_count", "a statement does not count", where, expected, fault.why)


def kept_findings(statements: Sequence[SignedStatement], checkpoint: Statement) -> Iterator[Finding]:
    """Whether the register still begins with what a checkpoint says of it, and nothing older has come after."""
    where = msg("where.statement", "statement {number}", number=checkpoint.statements)
    head = BEGINNING if checkpoint.statements == 0 else None
    for one in statements:
        if one.number == checkpoint.statements and head is None:
            head = one.hash
        if one.number > checkpoint.statements and _made_at(one) < checkpoint.moment - CLOCKS_AGREE_WITHIN:
            yield finding_of(
                "finding.statement_backdated",
                "a statement was added after the checkpoint but is dated before it",
                msg("where.statement", "statement {number}", number=one.number),
                msg("found.or_later", "{moment} or later", moment=checkpoint.at),
                str(one.said.get("at")) if isinstance(one.said, dict) else None,
            )
    if head != checkpoint.register_head:
        yield finding_of(
            "finding.register_differs",
            "the register differs from the checkpoint",
            where,
            checkpoint.register_head,
            head,
        )


def ahead_findings(statements: Sequence[SignedStatement], now: datetime) -> Iterator[Finding]:
    """Statements dated after the moment of verifying: what is said after one of them counts no sooner than that one."""
    for one in statements:
        if _made_at(one) > now + CLOCKS_AGREE_WITHIN:
            yield finding_of(
                "finding.statement_ahead",
                "a statement is dated after the moment of verifying",
                msg("where.statement", "statement {number}", number=one.number),
                msg("found.or_earlier", "{moment} or earlier", moment=now.isoformat(timespec="seconds")),
                _made_at(one).isoformat(),
            )


def _made_at(one: SignedStatement) -> datetime:
    return moment_of(one.said.get("at") if isinstance(one.said, dict) else None)


def moment_of(written: object) -> datetime:
    """A moment as somebody has written it. What is none counts as the beginning of time, when no key counted."""
    try:
        at = datetime.fromisoformat(str(written))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.min.replace(tzinfo=UTC)


def _programme(row: JsonRow) -> str:
    try:
        return JourneyId.parse(row["journey_id"]).programme
    except ValueError:
        return ""


def row_findings(rows: Sequence[JsonRow], register: Register) -> Iterator[Finding]:
    """Rows that no worker of ours has signed, and rows judged by rules that were never put in force."""
    for row in rows:
        at, where = moment_of(row["recorded_at"]), row_of(row["row"])
        if not is_a_workers(register, row):
            expected = msg("found.signature_of_worker", "the signature of a registered worker")
            yield finding_of(
                "finding.row_not_a_workers", "no registered worker has signed the row", where, expected, row["worker"]
            )
        for digest in (row["rules_digest"], *brought_rules(row["event"])) if row["accepted"] else ():
            if not register.is_in_force(_programme(row), digest, at):
                expected = msg("found.rules_in_force", "rules that are in force")
                yield finding_of(
                    "finding.rules_not_registered", "the rules were never put in force", where, expected, digest
                )
        yield from _charge_findings(row, register, at)


def _charge_findings(row: JsonRow, register: Register, at: datetime) -> Iterator[Finding]:
    """Candidates who were referred or handed over to somebody who did not take charge of any in the programme."""
    for said in said_in(row["event"]) if row["accepted"] else ():
        name = said.get("coordinator")
        if said.get("kind") in NAME_A_COORDINATOR and not takes_charge(register, str(name), _programme(row), at):
            yield finding_of(
                "finding.coordinator_unknown",
                "the candidate was given to somebody who took charge of none in the programme",
                row_of(row["row"]),
                msg("found.one_in_charge", "a coordinator or manager of the programme"),
                name,
            )


def author_findings(evidence: Evidence, refolded: Refolding, register: Register) -> Iterator[Finding]:
    """Accepted events that their author did not sign, or might not say of this candidate."""
    told: set[str] = {row["recipient"] for row in evidence.rows["notices"]}
    spoken: list[tuple[str | None, SignIn | None]] = []
    for row in evidence.ledger:
        if not row["accepted"] or row["kind"] not in EVENT_CLASSES or _is_the_journeys_own(row):
            continue
        expected = refolded.by_row.get(row["row"]) or refolded.taken.get(row["event_id"])
        claim = _claim(row, expected.parties if expected else Parties(), told, spoken)
        demands = expected is not None and expected.demands_own_key
        yield from _not_theirs(row, why_not_by(register, replace(claim, demands_own_key=demands)))
        spoken.append((row["actor"], sign_in_of(row)))


def signature_findings(rows: Sequence[JsonRow], register: Register) -> Iterator[Finding]:
    """The same of rows whose contents are erased: whether their author signed them, in a role of theirs."""
    spoken: list[tuple[str | None, SignIn | None]] = []
    for row in rows:
        if row["accepted"] and row["kind"] in EVENT_CLASSES and not _is_the_journeys_own(row):
            yield from _not_theirs(row, why_not_signed_by(register, _claim(row, Parties(), set(), spoken)))
            spoken.append((row["actor"], sign_in_of(row)))


def _not_theirs(row: JsonRow, why_not: Refusal | None) -> Iterator[Finding]:
    if why_not is not None:
        yield finding_of(
            "finding.not_the_authors",
            "the event is not its author's",
            row_of(row["row"]),
            msg(
                "found.event_of_its_author",
                "an event that {actor} signed and may send, by the rule “{rule}” ({id})",
                actor=row["actor"],
                rule=rule_in_words(why_not.rule),
                id=why_not.rule,
            ),
            why_not.message,
        )


def is_a_workers(register: Register, row: JsonRow) -> bool:
    """Whether a worker whose key counted then has signed the row."""
    at = moment_of(row["recorded_at"])
    if row["worker"] is None or row["worker_signature"] is None or not register.is_a_workers(row["worker"], at):
        return False
    return is_signed(row_bytes(row["hash"]), row["worker_signature"], row["worker"])


def _is_the_journeys_own(row: JsonRow) -> bool:
    """What the calendar says: held against the history in every detail, and signed by the worker alone."""
    return row["kind"] in SAID_BY_THE_JOURNEY and row["key"] is None


def _signature(row: JsonRow) -> Signature | None:
    try:
        return Signature(key=row["key"], value=row["signature"])
    except ValidationError:
        return None


def _claim(row: JsonRow, parties: Parties, told: set[str], spoken: Sequence[tuple[str | None, SignIn | None]]) -> Claim:
    actor, sign_in = Actor.read(row["actor"] or "") or Actor.of(Role.SYSTEM, "nobody"), sign_in_of(row)
    return Claim(
        row["journey_id"],
        JourneyId.parse(row["journey_id"]).programme,
        row["kind"],
        actor,
        row["digest"],
        moment_of(row["recorded_at"]),
        _signature(row),
        parties,
        is_told=actor.name in told,
        sign_in=sign_in,
        also_for=also_for(spoken, sign_in) if sign_in else frozenset(),
        puts_in=put_in_by(row["event"]),
    )
