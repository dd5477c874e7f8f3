"""A PostgreSQL database with as many journeys as one likes, and what the interfaces ask of it, with the plans."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Engine, event, insert, text

from activities.archive.store import AT_A_TIME, DatabaseArchive
from activities.outbox import Outbox
from activities.reconciling.records import Records
from activities.sealing import IDENTITIES, sealer_on
from models.identifiers import CandidateNumber, JourneyId
from models.stages import Stage
from models.tables.journeys import JourneyRow
from runtime.database import open_for_migrating
from services.identities.register import Register
from services.observation.standing import standing
from services.privacy.erasure import journeys_of
from services.queries.lists import Lists
from services.queries.reads import reads, reads_by_others
from services.queries.whose import Charge
from services.texts import texts_of
from tests.support.authority import TestKeyring, authority
from tests.support.builders import ROUTES
from tests.support.programmes import RULES
from tests.support.recording import RecordedWay, recorder_on

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TOWNS, COORDINATORS = 20, 200
OPEN = tuple(Stage)[:6]

BIG = (
    "archived_histories",
    "candidate_keys",
    "candidates",
    "findings",
    "follow_ups",
    "journeys",
    "ledger",
    "notices",
    "open_items",
    "passages",
    "reads",
    "texts",
)
"""Tables that grow with the journeys."""

ROWS = (
    # Five events a journey, and one that was refused.
    """
    insert into ledger (journey_id, row, event_id, kind, recorded_at, accepted, stage_after, digest, commitment,
        contents, previous, hash)
    select journey_id, n, gen_random_uuid(), 'note_added', updated_at, n < 6, stage, '', '', '', '', ''
    from journeys, generate_series(1, 6) n
    """,
    # Four notices a journey, of which one in a thousand is dead and another pending.
    """
    insert into notices (notice_id, journey_id, event_id, recipient, status, attempts, created_at, pending_since, kind,
        contents)
    select gen_random_uuid(), journey_id, gen_random_uuid(), 'kommunal',
        case floor(random() * 1000) when 0 then 'dead' when 1 then 'pending' else 'sent' end,
        1, updated_at, updated_at, 'referral_accepted', ''
    from journeys, generate_series(1, 4) n
    """,
    """
    insert into reads (journey_id, number, candidate, actor, what, contents, read_at, stage, relation, urgent, refused,
        previous, key, signature)
    select journey_id, n, candidate, 'coordinator:person.' || floor(random() * 500), 'show', '', updated_at, stage,
        'unit', false, false, '', '', ''
    from journeys, generate_series(1, 3) n
    """,
    """
    insert into archived_histories (journey_id, run_id, started_at, closed_at, events, sha256, archived_at, packed)
    select journey_id, n::text, updated_at, updated_at, 50, '', updated_at, '' from journeys, generate_series(1, 2) n
    """,
    """
    insert into texts (id, journey_id, event_id, field, written_by, written_at, contents)
    select gen_random_uuid()::text, journey_id, gen_random_uuid(), 'text', 'coordinator:anna.berg', updated_at, ''
    from journeys
    """,
    "insert into passages select journey_id, n, stage, since, since, null from journeys, generate_series(0, 3) n",
    "insert into findings select journey_id, 'r' || n, true, 'met', 'ward' from journeys, generate_series(1, 4) n",
    """
    insert into open_items (journey_id, item, candidate, stage, programme, site, coordinator, what, of_whom, since,
        due_on)
    select journey_id, 'i' || n, candidate, stage, programme, site, coordinator, 'check_in', 'coordinator', since,
        due_on + 40 * n
    from journeys, generate_series(0, 9) n where due_on is not null
    """,
    "insert into follow_ups select journey_id, 180, 'at_work' from journeys where stage = 'permanent_role'",
    "insert into candidate_keys select candidate, 'x', updated_at, null from journeys",
    "insert into candidates select candidate, 'index of ' || candidate, '', updated_at from journeys",
)


ROUNDS = 50

ALL_VISIBLE = "select relallvisible >= relpages from pg_class where relname = 'journeys'"
"""Only then may an index alone be asked, as in a database that has been at work for a while."""


def fill(engine: Engine, journeys: int) -> RecordedWay:
    """Write so many journeys that hold nothing, and a real one among them, in an internship; returns that."""
    random = Random(1)
    rows = [_journey(random, number) for number in range(journeys)]
    sealer_on(engine).of(IDENTITIES)
    patient = open_for_migrating(engine.url.render_as_string(hide_password=False))
    with patient.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))  # no triggers: the rows are no chains
        connection.execute(insert(JourneyRow), rows)
        for statement in ROWS:
            connection.execute(text(statement))
    way = RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])
    with patient.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(
            ROUNDS
        ):  # what somebody looks at meanwhile, such as the server's own vacuum, is left for the next
            connection.execute(text("vacuum analyze"))
            if connection.scalar(text(ALL_VISIBLE)):
                break
    patient.dispose()
    return way


def _journey(random: Random, number: int) -> dict[str, Any]:
    candidate = CandidateNumber.draw(random)
    programme = random.choice(("service_division", "preparedness_jobs"))
    stage = random.choice(OPEN) if number % 5 == 0 else random.choice((Stage.PERMANENT_ROLE, Stage.CLOSED))
    since = DAY - timedelta(days=random.randint(0, 2_000))
    is_open = stage in OPEN
    return {
        "journey_id": JourneyId.of(candidate, programme),
        "candidate": candidate,
        "programme": programme,
        "stage": stage.value,
        "since": since,
        "paused": False,
        "site": f"{2400 + random.randrange(TOWNS)}",
        "coordinator": f"person.{random.randrange(COORDINATORS)}",
        "of_whom": "coordinator",
        "waits_for": "nothing",
        "due_on": DAY + timedelta(days=random.randint(-20, 200)) if is_open else None,
        "limit_on": DAY + timedelta(days=random.randint(0, 700)) if stage is Stage.TEMPORARY_ROLE else None,
        "events": 5,
        "updated_at": datetime.combine(since, NOW.timetz()),
    }


Ask = Callable[[Engine, RecordedWay], object]


def _archived(engine: Engine) -> object:
    return list(islice(DatabaseArchive(engine).runs(), AT_A_TIME + 1))


def _of_event(engine: Engine, way: RecordedWay) -> object:
    event_id = way.journey.entries[-1].event.event_id
    outbox = Outbox(engine)
    return outbox.due(authority(), way.id, event_id), outbox.settled(way.id, event_id)


ASKED: dict[str, Ask] = {
    "today": lambda engine, _: Lists(engine).today(DAY),
    "today of a coordinator": lambda engine, _: Lists(engine).today(DAY, coordinator="person.7"),
    "today of a town": lambda engine, _: Lists(engine).today(DAY, site="2407"),
    "today of programmes": lambda engine, _: Lists(engine).today(DAY, programme=frozenset(("service_division", "x"))),
    "list": lambda engine, _: Lists(engine).journeys(),
    "list of a stage": lambda engine, _: Lists(engine).journeys(stage="internship"),
    "list of a town and programme": lambda engine, _: Lists(engine).journeys(site="2407", programme="service_division"),
    "list of a coordinator": lambda engine, _: Lists(engine).journeys(coordinator="person.7"),
    "find a candidate": lambda engine, way: Lists(engine).found(candidate=way.candidate),
    "find what never began": lambda engine, way: Lists(engine).never_begun(CandidateNumber(way.candidate)),
    "queue for places": lambda engine, _: Lists(engine).waiting(DAY),
    "permanent soon": lambda engine, _: Lists(engine).soon_permanent(DAY),
    "ledger of a journey": lambda engine, way: Lists(engine).ledger(way.id),
    "details of a journey": lambda engine, way: Lists(engine).details(way.id),
    "texts of a journey": lambda engine, way: texts_of(engine, way.id),
    "notices of a journey": lambda engine, way: Lists(engine).notices_of(way.id),
    "notices": lambda engine, _: Lists(engine).notices(),
    "notices of programmes": lambda engine, _: Lists(engine).notices(programmes=frozenset(("service_division",))),
    "dead notices": lambda engine, _: Lists(engine).notices(status="dead"),
    "pending notices": lambda engine, _: Lists(engine).notices(status="pending"),
    "notices of an event": _of_event,
    "readings of a candidate": lambda engine, way: reads(engine, candidate=way.candidate),
    "readings by somebody": lambda engine, _: reads(engine, reader="nobody"),
    "readings by others": lambda engine, _: reads_by_others(engine, Charge(frozenset({"anna.berg"})), "anna.berg", NOW),
    "find an identity number": lambda engine, _: Register(engine, Random(1), TestKeyring()).known("198505059807"),
    "a new candidate's key": lambda engine, _: sealer_on(engine).of(CandidateNumber.draw(Random())),
    "reconcile a page": lambda engine, way: Records(engine, RULES.find).page(way.id, 5),
    "reconcile a journey": lambda engine, way: Records(engine, RULES.find).of(way.id),
    "journeys of a candidate": lambda engine, way: Records(engine, RULES.find).journeys_of(way.id.candidate),
    "journeys to erase": lambda engine, way: journeys_of(engine, way.id.candidate),
    "unsent at night": lambda engine, _: Records(engine, RULES.find).unsent(NOW, 100),
    "given up at night": lambda engine, _: Records(engine, RULES.find).given_up(100),
    "keys of the archive": lambda engine, _: _archived(engine),
    "archive of a journey": lambda engine, way: list(DatabaseArchive(engine).runs(way.id)),
    "gauges": lambda engine, _: standing(engine, DAY),
    "record an event": lambda _, way: way.comes("check_in_recorded"),
}
"""What interfaces, workers and nights ask."""


def plans(engine: Engine, ask: Ask, way: RecordedWay) -> list[str]:
    """The plans of all statements of one question but insertions, as the database makes them for these values."""
    with _heard() as statements:
        ask(engine, way)
    with engine.connect() as connection:
        return [
            "\n".join([statement, *connection.exec_driver_sql(f"explain {statement}", values).scalars()])
            for statement, values in statements
        ]


@contextmanager
def _heard() -> Iterator[list[tuple[str, Any]]]:
    statements: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lower().startswith(("select", "update", "delete")):
            statements.append((statement, values))

    event.listen(Engine, "before_cursor_execute", hear)  # of any engine: what opens keys has one of its own
    yield statements
    event.remove(Engine, "before_cursor_execute", hear)
