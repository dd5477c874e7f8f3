"""Reports for tests, without a database: one with everything in it, and one in which nothing is wrong."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from auditing.evidence.findings import Verdict, Verification, finding_of, row_of
from auditing.inspection.omissions import Lack
from auditing.inspection.rules_evaluated import RuleAnswer
from auditing.population.population import Counts
from auditing.population.sampling import METHOD
from auditing.population.scope import Scope
from auditing.report.conclusion import conclusion
from auditing.report.limits import limits
from auditing.report.making import Gone
from auditing.report.signing import signed
from auditing.report.statement import (
    Explanation,
    Grown,
    HeldAgainst,
    Lacking,
    LackTold,
    RuleSaid,
    SampleTold,
    SignedReport,
    Statement,
    StratumTold,
    in_utc,
)
from auditing.transparency.signing import public_key_of
from auditing.verification.run import REGISTER
from models.access.protections import PROTECTED as PROTECTED_TOWN
from models.events.descriptions import name_of
from models.fields import BothLanguages
from models.message import Message, msg, plain
from models.stages import Stage
from runtime.build import VERSION, build_id
from tests.support.checkpoints import AT, AUDITOR, FIVE, LEDGER, PUBLIC, id_of
from tests.support.programmes import SERVICE

NOW = datetime(2026, 11, 30, 23, 30, 5, tzinfo=UTC)
"""Already the first of December in Sweden."""

VERIFIED = NOW - timedelta(days=4)

HELD = HeldAgainst(
    at=in_utc(AT),
    ledger=LEDGER,
    root="5" * 64,
    public_key=PUBLIC,
    is_key_known=False,
    journeys=1201,
    rows=10417,
    journeys_since=3,
    rows_since=29,
    statements=1033,
    readings=1039,
    records=1049,
    verified=1051,
    grown=(Grown(journey=id_of(FIVE[0]), covered=1061, after=1063),),
)

FORGED = finding_of("finding.stage_differs", "stage differs", row_of(3), Stage.INTERNSHIP, Stage.EVALUATION)
CHANGED = finding_of("finding.head_differs", "head differs from the checkpoint", row_of(4), "a" * 64, "b" * 64)

NOBODYS = finding_of(
    "finding.register_differs",
    "the register differs from the checkpoint",
    msg("where.statement", "statement {number}", number=9),
    "7" * 64,
    None,
)

ELSEWHERE = finding_of(
    "finding.identity_not_signed",
    "nobody has signed for the identity",
    msg("where.candidate", "candidate {number}", number=FIVE[4]),
    "one",
    FIVE[4],
)
"""On the identity of a protected person."""

WHY = Explanation(
    kind="internship_agreed",
    accepted=False,
    effective_on="2026-03-02",
    recorded_at="2026-03-02T22:59:30+00:00",
    rules_digest="c" * 64,
    reason=msg(
        "possible_in_this_stage.other_stage", "", kind=name_of("internship_agreed"), stage=Stage.REQUIREMENT_CHECK
    ),
    rules=(
        RuleSaid(
            rule="a_place_is_free",
            answer=RuleAnswer.REFUSES,
            sources=(BothLanguages(sv="Avtal 7 § 2", en="Agreement 7 section 2"),),
        ),
        RuleSaid(rule="possible_in_this_stage", answer=RuleAnswer.HOLDS, sources=("the product's rules",)),
    ),
)


def verdicts() -> list[Verification]:
    """Verdicts of every kind, among them one on a protected person and one on the register."""
    differs = {"verdict": Verdict.DIFFERS, "rows": 6, "notices": 2, "history_events": 40}
    agrees = {"rows": 9, "notices": 3, "history_events": 60, "builds": ("0.1.0-written",)}
    first, second, third, fourth, fifth = map(id_of, FIVE)
    return [
        Verification(journey_id=REGISTER, is_journey=False, verdict=Verdict.DIFFERS, findings=(NOBODYS, ELSEWHERE)),
        Verification(journey_id=first, findings=(FORGED, CHANGED), **differs),
        Verification(journey_id=second, verdict=Verdict.AGREES, remarks=(CHANGED,), noted=(CHANGED,), **agrees),
        Verification(journey_id=third, verdict=Verdict.ERASED, rows=5),
        Verification(journey_id=fourth, verdict=Verdict.NOT_VERIFIABLE, rows=4),
        Verification(journey_id=fifth, findings=(FORGED,), **differs),
    ]


SAMPLE = SampleTold(
    seed="20261130",
    at=in_utc(VERIFIED),
    by=("programme", "town", "end"),
    drawn=5,
    of=9,
    is_stratified=False,
    method=METHOD,
    strata=(
        StratumTold(name=("service_division", "0480", "on_the_way"), journeys=1301, drawn=1303),
        StratumTold(name=("service_division", PROTECTED_TOWN, "moved_away"), journeys=1307, drawn=1319),
        StratumTold(name=("easy_jobs", "–", "okänt"), journeys=1321, drawn=1327),
    ),
    digest="d" * 64,
)
"""Of numbers that are nowhere else, and so are found where they are told."""

PROTECTED = frozenset({FIVE[4]})
POPULATION = Counts.of(["on_the_way"] * 4 + ["moved_away"] * 2 + ["referral_refused"] * 3, hidden=7)
SCOPE = Scope(programme="service_division", town="0480", first=date(2026, 1, 1), last=date(2026, 11, 30))
LATE = LackTold(
    journey=id_of(FIVE[1]),
    lack=Lack.HAPPENED_LATE,
    row=1069,
    day="2026-03-02",
    what=msg("omission.happened_late", "", day="2026-03-02", days="1087", deadline=plain("x")),
)
LACKING = Lacking(journeys=3, unseen=2, journeys_with=1, found={lack: at for at, lack in enumerate(Lack)}, told=(LATE,))


def report(found: list[Verification] | None = None, **fields: Any) -> SignedReport:
    """A signed report of these verdicts; otherwise of every kind of verdict."""
    gone = Gone(PROTECTED)
    gone.go_through(verdicts() if found is None else found)
    held, population, lacking = (
        fields.pop(name, value) for name, value in (("held", HELD), ("population", POPULATION), ("lacking", LACKING))
    )
    known = fields.get("is_founder_known", False)
    told: dict[tuple[str, str], Explanation | Message] = {
        (id_of(FIVE[0]), "3"): WHY,
        (id_of(FIVE[0]), "4"): msg("history.gone", ""),
    }
    said: dict[str, Any] = {
        "ledger": LEDGER,
        "at": in_utc(NOW),
        "verified_at": in_utc(VERIFIED),
        "by": "Internrevisionen, Karin Ek",
        "programmes": {"service_division": SERVICE.name},
        "towns": {"0480": "Nyköping"},
        "public_key": public_key_of(AUDITOR),
        "scope": SCOPE,
        "population": population,
        "sample": SAMPLE,
        "source": "postgresql://audit@ledger/hela",
        "held_against": held,
        "founder": "e" * 64,
        "is_founder_known": False,
        "build": build_id(),
        "version": VERSION,
        "counted": gone.counted(),
        "findings": tuple(gone.findings(told)),
        "lacking": lacking,
        "conclusion": tuple(conclusion(gone.counted(), population)),
        "limits": limits(gone.counted(), population, held, lacking, is_founder_known=known),
    }
    return signed(Statement(**said | fields), gone.lines, AUDITOR)
