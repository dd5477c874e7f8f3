"""What a bundle has of the logs beside the ledger: each row tells by itself whether it is as somebody signed it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from auditing.bundle.layout import Extent, IdentityOpening, Manifest
from auditing.bundle.opened import OPENED, erasure_findings, opening_findings, person_findings
from auditing.evidence.evidence import Evidence, JsonRow, read_rows
from auditing.evidence.findings import Finding
from auditing.evidence.logs import logs_of
from auditing.verification.chained_checks import apart_findings
from auditing.verification.protection_checks import protection_findings_in
from models.access.permissions import Reading
from models.access.register import Register
from models.identifiers import Actor
from models.ledger.hash_chain import plain
from models.stages import Stage
from runtime.statement_log import StatementLog
from services import protection
from services.identities.access import open_whole_identity
from services.privacy.text_erasure import erase_texts
from services.reading import read
from services.texts import texts_of
from tests.support.builders import ROUTES
from tests.support.databases import migrated
from tests.support.desks import NOW, WHY, IdentityDesk
from tests.support.recording import CANDIDATE, recorded_way
from tests.support.values import COORDINATOR

BO = Actor.parse("coordinator:bo.lind")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IdentityDesk]:
    engine = migrated(f"sqlite:///{tmp_path_factory.mktemp('logs')}/test.db", offering=True)
    desk = IdentityDesk(engine)
    desk.way.comes(*ROUTES[Stage.INTERNSHIP], "note_added")
    [line] = desk.lists.journeys()
    read(desk.office, line, BO, Reading.REMARKS, WHY)
    protection.protect(desk.office, desk.number, COORDINATOR, ["anna.berg"], WHY)
    read(desk.office, line, COORDINATOR, Reading.REMARKS, WHY)
    protection.end(desk.office, desk.number, COORDINATOR, WHY)
    read(desk.office, line, BO, Reading.REMARKS, WHY)
    erase_texts(desk.office, line, len(desk.way.journey.entries), decision="KS-1", actor=COORDINATOR)
    recorded_way(engine, CANDIDATE)
    yield desk
    engine.dispose()


@pytest.fixture(scope="module")
def register(desk: IdentityDesk) -> Register:
    return StatementLog(desk.engine).register()


def named(found: Sequence[Finding]) -> list[str]:
    return [one.what.id for one in found]


def test_the_logs_have_the_rows_of_each_journey_and_its_candidate_alone(desk: IdentityDesk, register: Register) -> None:
    other = desk.lists.journeys(candidate=CANDIDATE)[0].journey_id
    found = logs_of(desk.engine, [desk.way.id, other])
    assert {table: len(rows) for table, rows in found[desk.way.id].items()} == {
        "identity_commitments": 1,
        "protections": 2,
        "text_erasures": 1,
    }
    assert found[other] == {"identity_commitments": [], "protections": [], "text_erasures": []}
    assert all("contents" not in row for rows in found[desk.way.id].values() for row in rows)
    for table, rows in found[desk.way.id].items():
        assert named([*apart_findings(table, rows, register)]) == []


UNSIGNED, MISSING, BROKEN = (f"finding.record_{one}" for one in ("not_signed", "missing", "chain_broken"))


@pytest.mark.parametrize(
    ("table", "change", "expected"),
    [
        ("identity_commitments", lambda rows: rows[0].update(commitment="0" * 64), [UNSIGNED]),
        ("identity_commitments", lambda rows: rows[0].update(key="0" * 64), [UNSIGNED]),
        ("protections", lambda rows: rows[1].update(staff="bo.lind"), [UNSIGNED]),
        ("protections", lambda rows: rows[1].update(previous="0" * 64), [UNSIGNED, BROKEN]),
        ("protections", lambda rows: rows.append(dict(rows[0])), [MISSING]),
        ("protections", lambda rows: rows.reverse(), [MISSING]),
        ("text_erasures", lambda rows: rows[0].update(decision="KS-2"), [UNSIGNED]),
    ],
)
def test_a_row_that_was_changed_or_put_in_is_named(
    desk: IdentityDesk, register: Register, table: str, change: Callable[[list[JsonRow]], None], expected: list[str]
) -> None:
    rows = logs_of(desk.engine, [desk.way.id])[desk.way.id][table]
    change(rows)
    assert named([*apart_findings(table, rows, register)]) == expected


def test_whoever_read_while_not_named_and_was_not_refused_is_named(desk: IdentityDesk, register: Register) -> None:
    kept = (of(desk.engine, [desk.way.id])[desk.way.id] for of in (read_rows, logs_of))
    rows: dict[str, Any] = {table: mine for of_tables in kept for table, mine in of_tables.items()}
    assert named([*protection_findings_in(rows, register)]) == []
    started = rows["protections"][0]["recorded_at"]
    within = [row for row in rows["reads"] if row["actor"] == COORDINATOR and row["what"] == Reading.REMARKS]
    rows["protections"] = rows["protections"][:1]
    rows["reads"] = [*within, {**within[0], "actor": BO, "read_at": started.replace("2026", "2027")}]
    assert named([*protection_findings_in(rows, register)]) == ["finding.reading_of_protected"]
    rows["reads"][-1]["refused"] = True
    assert named([*protection_findings_in(rows, register)]) == []


def test_a_person_who_was_changed_or_exchanged_is_named(desk: IdentityDesk) -> None:
    [line] = desk.lists.journeys(candidate=desk.number)
    opened = open_whole_identity(desk.office, line, COORDINATOR, WHY)
    said = {**opened, "registered_at": plain(opened["registered_at"])}
    rows = logs_of(desk.engine, [desk.way.id])[desk.way.id]["identity_commitments"]
    assert named([*person_findings(said, rows, "person.json")]) == []
    changed: list[Any] = [
        {**said, **other} for other in ({"name": "Nils Annan"}, {"number": CANDIDATE}, {"earlier": 7})
    ]
    for one in (*changed, {}, None, []):
        assert named([*person_findings(one, rows, "person.json")]) == ["finding.identity_changed"], one
    assert named([*person_findings(said, [], "person.json")]) == ["finding.identity_not_signed"]


def test_a_text_that_nobody_has_signed_away_is_named(desk: IdentityDesk) -> None:
    texts = texts_of(desk.engine, desk.way.id).values()
    rows = logs_of(desk.engine, [desk.way.id])[desk.way.id]["text_erasures"]
    assert named([*erasure_findings(texts, rows)]) == []
    assert named([*erasure_findings(texts, [])]) == ["finding.text_erased_by_nobody"]
    assert named([*erasure_findings(texts, [{**rows[0], "decision": "KS-2"}])]) == ["finding.text_erased_by_nobody"]


def test_a_bundle_whose_own_opening_is_not_on_record_is_named(desk: IdentityDesk) -> None:
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]
    opened = [{**rows["reads"][0], "what": what, "actor": BO} for what in OPENED]

    def found(reads: list[JsonRow], head: Manifest) -> list[str]:
        return named([*opening_findings(head, Evidence(desk.way.id, (), {**rows, "reads": reads}))])

    assert found(opened, manifest()) == []
    missing = "finding.opening_not_written"
    assert found(opened[:1], manifest()) == [missing] * 2
    assert found([{**one, "refused": True} for one in opened], manifest()) == [missing] * 3
    assert found([{**one, "actor": COORDINATOR} for one in opened], manifest()) == [missing] * 3
    assert found(opened, manifest(at="2030-01-01T00:00:00Z")) == [missing] * 3
    assert found([], manifest(withheld=(desk.way.id,))) == []
    assert found([], manifest(opening=None)) == []


def test_what_was_put_right_holds_by_the_latest_row(desk: IdentityDesk) -> None:
    [line] = desk.lists.journeys(candidate=desk.number)
    before = open_whole_identity(desk.office, line, COORDINATOR, WHY)
    desk.register.rectify(desk.number, {"name": "Nils Omskriven"}, NOW, COORDINATOR)
    after = open_whole_identity(desk.office, line, COORDINATOR, WHY)
    rows = logs_of(desk.engine, [desk.way.id])[desk.way.id]["identity_commitments"]
    assert named([*person_findings(before, rows, "person.json")]) == ["finding.identity_changed"]
    assert named([*person_findings(after, rows, "person.json")]) == []


def manifest(at: str = "2026-01-01T00:00:00Z", withheld: tuple[str, ...] = (), **more: Any) -> Manifest:
    said = {"version": "1", "build": "1", "wording": "0" * 64, "ledger": "l", "namespace": "n", "extent": Extent()}
    opening = IdentityOpening(by=BO, because=WHY, withheld=withheld)
    return Manifest(
        **{"at": at, "contents": "personal", "opening": opening, "journeys": 1, "languages": ("sv",), **said, **more}
    )
