"""What a referral meets where its person is known: a journey under way, one that can be reopened, or ended ones."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.identifiers import CandidateNumber, JourneyId
from models.message import Message, msg
from models.programme.programme import Programme
from models.stages import ENDED_STAGES, Stage
from runtime.errors import Refused, UsageError
from services.identities.register import Register
from services.queries.lines import JourneyLine
from services.queries.lists import Lists
from services.referrals.rows import COLUMNS, BadRow, ImportRow, titled, told_beside

PASSED_ON = ("referring_partner", "site", "coordinator")
"""What a referral takes from a row as it is."""


@dataclass(frozen=True)
class Turn:
    """The journey that a referral is of. `stands` is it where it has begun and has not ended for good, `earlier` are
    those that have."""

    journey_id: JourneyId
    stands: JourneyLine | None = None
    earlier: tuple[JourneyLine, ...] = ()


def turn_of(lists: Lists, numbers: Sequence[CandidateNumber], rules: Programme, day: date) -> Turn:
    """Which journey somebody's referral of a day is of: their first in the programme, the one that stands, or a new
    one, once those before cannot be reopened any more. `numbers` are all that the person has, that by which they go on
    first: who was joined is in the programme by any of them."""
    found = lists.found(candidate=frozenset(numbers), programme=rules.id)
    found = sorted(found, key=lambda line: line.journey_id.turn)
    latest = {line.candidate: line for line in found}
    standing = [latest[one] for one in numbers if one in latest and not _is_over(latest[one], rules, day)]
    if standing:
        stands = min(standing, key=lambda line: line.stage in ENDED_STAGES)
        return Turn(stands.journey_id, stands, tuple(line for line in found if line is not stands))
    before = latest.get(numbers[0])
    turn = before.journey_id.turn + 1 if before else 1
    return Turn(JourneyId.of(numbers[0], rules.id, turn), earlier=tuple(found))


def _is_over(line: JourneyLine, rules: Programme, day: date) -> bool:
    return line.stage in ENDED_STAGES and not line.paused and day > reopened_until(line, rules)


def reopened_until(line: JourneyLine, rules: Programme) -> date:
    """The last day on which a journey that has ended can be reopened; of one that led to a permanent role, which never
    is, the day of its end."""
    return line.since + timedelta(days=rules.reopen_within_days if line.stage is Stage.CLOSED else 0)


def why_not_again(
    lists: Lists, line: JourneyLine, row: ImportRow, rules: Programme, unread: Collection[str] = ()
) -> Message | None:
    """Why a row is not the referral of the journey that stands; None where it is the same, sent again. What is in the
    columns `unread` is not compared."""
    if not (differing := [name for name in _differing(lists, line, row) if name not in unread]):
        return None
    if line.stage is Stage.CLOSED:
        return msg(
            "row.may_be_reopened",
            "This person's journey in {programme} ended on {day} and can be reopened until {until}. Reopen it, or refer"
            " the person again after that day.",
            programme=rules.name,
            day=line.since,
            until=reopened_until(line, rules),
        )
    return msg(
        "row.other_referral",
        "This person has a journey in {programme} already, in the stage {stage}. The row says otherwise in: {fields}."
        " Correct the row, or the journey's referral.",
        programme=rules.name,
        stage=line.stage,
        fields=[titled(name) for name in differing],
    )


def _differing(lists: Lists, line: JourneyLine, row: ImportRow) -> list[str]:
    """The columns in which a row differs from the referral with which a journey began."""
    first = next((one.event for one in lists.ledger(line.journey_id) if one.receipt.accepted and one.event), None)
    said = {name: getattr(row, name) for name in PASSED_ON} | {"referred_on": row.referred_on.isoformat()}
    said["earlier_employment"] = [one.model_dump(mode="json") for one in row.earlier_employment]
    said |= told_beside(row)
    known = dict(first or {})
    known |= {"referred_on": known.get("effective_on"), "earlier_employment": list(known.get("earlier_employment", ()))}
    return [name for name in COLUMNS.whole if name in said and said[name] != known.get(name)]


def known_before(
    row: BadRow,
    lists: Lists,
    register: Register,
    rules_of: Callable[[str], Programme],
    may_refer: Callable[[str, str], None],
    found: Callable[[JourneyLine], bool],
) -> JourneyLine | None:
    """The journey of a row to mend whose person was referred already, as far as the row can be read: it was put right
    before. None where there is none, or where whoever refers may not be told."""
    if (read := row.read) is None:
        return None
    try:
        rules = rules_of(read.programme)
        may_refer(rules.id, read.site)
    except (Refused, UsageError):
        return None
    if (known := register.known(read.identity_number)) is None:
        return None
    line = turn_of(lists, register.numbers_of(known), rules, read.referred_on).stands
    if line is None or not found(line):
        return None
    return line if why_not_again(lists, line, read, rules, row.faulty) is None else None
