"""Journeys made up straight into the read model, as many as one likes, for measuring lists and reports."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, insert

from activities.sealing import Sealer, sealer_on
from models.identifiers import CandidateNumber, JourneyId
from models.programme.programme import Programme
from models.projections.open_items import AWAITED, NOBODY, NOTHING
from models.stages import ENDED_STAGES, EndReason, Stage
from models.tables.journeys import FindingRow, FollowUpRow, JourneyRow, OpenItemRow, StagePeriodRow
from models.tables.people import CandidateKeyRow, CandidateRow
from tests.support.identities import identity_rows

TOWNS = ("0180", "0380", "0580", "1280", "1480", "2080", "2180", "2280", "2480", "2584")
COORDINATORS = 40
PARTNERS = ("arbetsformedlingen", "kommunen", "svenska_kyrkan", "samhall")
WAY = (*list(Stage)[:6], Stage.PERMANENT_ROLE)
GOES_ON = 0.82
"""How likely somebody is to come from one stage to the next."""

ENDS_HERE = 0.6
"""How likely somebody who comes no farther has left, and is not on the way still."""

LEAVING = (EndReason.STUDIES, EndReason.FOUND_WORK, EndReason.OWN_WISH, EndReason.NO_CONTACT, EndReason.MOVED_AWAY)
OUTCOMES = ("at_work", "at_work", "at_work", "studying", "seeking", "not_reached")
BATCH = 2_000
TABLES = (CandidateKeyRow, CandidateRow, JourneyRow, StagePeriodRow, FindingRow, FollowUpRow, OpenItemRow)

Rows = dict[Any, list[dict[str, Any]]]


def make_up(engine: Engine, rules: Programme, journeys: int, today: date, seed: int = 1, first: int = 0) -> None:
    """Write so many journeys of invented people: the same ones for the same seed. `first` numbers the people."""
    random, sealer = Random(seed), sealer_on(engine)
    for numbers in _in_batches(range(first, first + journeys)):
        rows: Rows = {table: [] for table in TABLES}
        for number in numbers:
            _one(rows, random, rules, number, today, sealer)
        with engine.begin() as connection:
            for table, said in rows.items():
                if said:
                    connection.execute(insert(table), said)


def _in_batches(numbers: range) -> Iterator[range]:
    return (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))


def _one(rows: Rows, random: Random, rules: Programme, number: int, today: date, sealer: Sealer) -> None:
    candidate = CandidateNumber.draw(random)
    day = today - timedelta(days=random.randint(0, 700))
    begun, passages, hired_on = day, [], None
    for stage in WAY:
        passages.append((stage, day))
        if stage in (Stage.TEMPORARY_ROLE, Stage.PERMANENT_ROLE):
            hired_on = hired_on or day
        day += timedelta(days=random.randint(2, 60))
        if day > today or random.random() > GOES_ON:
            break
    reason = None
    if day <= today and stage is not Stage.PERMANENT_ROLE and random.random() < ENDS_HERE:
        reason = EndReason.NOT_QUALIFIED if stage is Stage.REQUIREMENT_CHECK else random.choice(LEAVING)
        passages.append((Stage.CLOSED, day))
    journey = JourneyId.of(candidate, rules.id)
    _passages(rows, journey, passages)
    profile = _check(rows, random, rules, journey, passages, reason)
    if reason or stage is Stage.PERMANENT_ROLE:
        said = {"journey_id": journey, "after_days": rules.follow_up_after_days[0], "outcome": random.choice(OUTCOMES)}
        rows[FollowUpRow] += [said]
    _journey(rows, random, journey, candidate, rules.id, passages[-1], reason, hired_on, profile, number)
    sex = random.choices((980, 981), (48, 52))[0]
    identity = _identity(number, sex % 2)
    of_them = identity_rows(sealer, identity, candidate, identity, f"Påhittad {number}", _moment(begun))
    for table, said in of_them.items():
        rows[table] += [said]


def _identity(number: int, odd: int) -> str:
    """Twelve characters that stand for somebody: no such person exists, and the last but one tells the sex."""
    return f"{number:010d}{odd}x"


def _passages(rows: Rows, journey: str, passages: list[tuple[Stage, date]]) -> None:
    left = [*(day for _, day in passages[1:]), None]
    rows[StagePeriodRow] += [
        {"journey_id": journey, "number": number, "stage": stage.value, "entered_on": day, "left_on": until}
        for number, ((stage, day), until) in enumerate(zip(passages, left, strict=True))
    ]


def _check(
    rows: Rows,
    random: Random,
    rules: Programme,
    journey: str,
    passages: list[tuple[Stage, date]],
    reason: EndReason | None,
) -> str | None:
    if len(passages) < 3:
        return None
    profile = random.choice(rules.profiles)
    essential = [one.id for one in profile.requirements if one.essential]
    unmet = random.choice(essential) if reason is EndReason.NOT_QUALIFIED else None
    rows[FindingRow] += [
        {
            "journey_id": journey,
            "requirement": one.id,
            "essential": one.essential,
            "result": "unmet" if one.id == unmet else "met",
            "profile": profile.id,
        }
        for one in profile.requirements
    ]
    return profile.id


def _journey(
    rows: Rows,
    random: Random,
    journey: str,
    candidate: str,
    programme: str,
    stands: tuple[Stage, date],
    reason: EndReason | None,
    hired_on: date | None,
    profile: str | None,
    number: int,
) -> None:
    stage, since = stands
    waits_for, of_whom = (
        (NOTHING, NOBODY) if stage in ENDED_STAGES else AWAITED.get(stage, ("evaluation", "supervisor"))
    )
    coordinator = number % COORDINATORS
    rows[JourneyRow] += [
        {
            "journey_id": journey,
            "candidate": candidate,
            "programme": programme,
            "stage": stage.value,
            "since": since,
            "paused": False,
            "site": TOWNS[min(int(random.expovariate(0.4)), len(TOWNS) - 1)],
            "coordinator": f"coordinator.{coordinator:02}",
            "position": None,
            "end_reason": reason.value if reason else None,
            "hired_on": hired_on,
            "of_whom": of_whom,
            "waits_for": waits_for,
            "due_on": None if stage in ENDED_STAGES else since + timedelta(days=random.randint(10, 90)),
            "events": 5,
            "updated_at": _moment(since),
            "referring_partner": random.choices(PARTNERS, (70, 20, 3, 7))[0],
            "profile": profile,
        }
    ]
    [line] = rows[JourneyRow][-1:]
    if line["due_on"]:
        kept = ("journey_id", "candidate", "stage", "programme", "site", "coordinator", "of_whom", "since", "due_on")
        rows[OpenItemRow] += [{**{name: line[name] for name in kept}, "item": waits_for, "what": waits_for}]


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
