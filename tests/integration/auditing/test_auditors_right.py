"""Personal data by an auditor's own right: on the auditors' role, signed, and written down before anything is shown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError

from auditing.bundle.request import Wanted, identities_for, journeys_for
from auditing.evidence.evidence import read_rows
from auditing.inspection.opening import line_of, open_texts
from auditing.verification.protection_checks import protection_findings
from auditing.verification.read_checks import read_findings
from models.access.statements import Assignment
from models.fields import FIRST_DAY
from models.identifiers import Role
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.roles import AUDIT, give_rights
from runtime.settings import Settings
from runtime.statement_log import StatementLog
from services import protection
from services.application import AuditApplication
from services.identities import by_reading
from services.queries.reads import every_reading, openings
from tests.support.authority import TestKeyring, enter
from tests.support.builders import ROUTES
from tests.support.databases import migrated_postgres
from tests.support.desks import NILS, IdentityDesk
from tests.support.errors import raises
from tests.support.programmes import RULES, SERVICE
from tests.support.recording import rows_of
from tests.support.sealing import MASTER_KEY, open_keyed
from tests.support.values import COORDINATOR

EVA = "auditor:eva.granskare"
ASKED = "The supervisory body asks"
SAID = "Calm and quick."


@dataclass
class Audit:
    """A journey of Nils, and an auditor who has the auditors' role of the database and her own key alone."""

    desk: IdentityDesk
    office: AuditApplication
    owner: Engine

    @property
    def journey(self) -> str:
        return self.desk.way.id

    def files(self, because: str | None = ASKED) -> dict[str, bytes]:
        identities = identities_for(self.office, personal=True, because=because)
        assert identities is not None
        return identities.person_files(self.journey).files

    def texts(self, because: str | None = ASKED) -> list[str | None]:
        found = open_texts(self.office, line_of(self.office, self.desk.number, None), because)
        return [one.text for one in found.values()]

    def rows(self) -> list[tuple[str, str, bool]]:
        return [(row["actor"], row["what"], row["refused"]) for row in rows_of(self.owner, "reads", "number")]

    def findings(self) -> list[str]:
        """What an audit on her role finds of the readings."""
        register = StatementLog(self.office.reading).register()
        rows = read_rows(self.office.reading, [self.journey])[self.journey]["reads"]
        found = (*read_findings(rows, register), *protection_findings(self.office.reading, register))
        return [one.what.id for one in found]


def auditing(url: str, actor: str, **more: Any) -> AuditApplication:
    office = AuditApplication()
    settings = Settings(audit_database_url=url, actor=actor, master_key=MASTER_KEY)
    vars(office).update(settings=settings, keyring=TestKeyring(), book=RULES, **more)
    return office


@pytest.fixture
def audit(postgres_server: str, tmp_path: Path) -> Iterator[Audit]:
    url = migrated_postgres(postgres_server, tmp_path.name, offering=True)
    owner = open_keyed(url)
    give_rights(owner)
    enter(owner, "eva.granskare", Assignment(role=Role.AUDITOR, from_day=FIRST_DAY))
    desk = IdentityDesk(owner)
    desk.way.comes(*ROUTES[Stage.INTERNSHIP])
    assert desk.way.tells("note_added", text=SAID).accepted
    office = auditing(make_url(url).set(username=AUDIT).render_as_string(hide_password=False), "eva.granskare")
    yield Audit(desk, office, owner)
    for engine in (owner, office.reading, office.writing):
        engine.dispose()


def test_an_auditor_opens_who_it_is_and_what_was_written_by_her_own_right_alone(audit: Audit) -> None:
    files = audit.files()
    assert NILS.name in files["person.json"].decode()
    assert SAID in files["texts.jsonl"].decode()
    assert audit.rows() == [(EVA, "identity", False), (EVA, "remarks", False), (EVA, "struck", False)]
    assert audit.findings() == []
    [opening] = openings(audit.office.reading, audit.desk.number)
    assert (opening.actor, opening.because, opening.relation) == (EVA, ASKED, "town")
    assert [one.because for one in every_reading(audit.owner, audit.desk.number)] == [ASKED] * 3


def test_the_role_tells_whose_right_it_is_by_whatever_setting_it_is_reached(audit: Audit) -> None:
    url = audit.office.settings.audit_database_url
    vars(audit.office)["settings"] = audit.office.settings.model_copy(
        update={"audit_database_url": "", "database_url": url, "actor": "coordinator:eva.granskare"}
    )
    assert NILS.name in audit.files()["person.json"].decode()
    assert {actor for actor, _, _ in audit.rows()} == {EVA}


def test_nothing_is_opened_without_a_reason_or_a_role(audit: Audit) -> None:
    for open_ in (audit.files, audit.texts):
        with raises(UsageError, "reading.reason_missing"):
            open_(None)
    for name, role in (("bo.lind", "permission.no_such_role"), ("nobody.here", "reading.key_unknown")):
        other = Audit(audit.desk, auditing(audit.office.settings.audit_database_url, name), audit.owner)
        for open_ in (other.files, other.texts):
            with raises(Refused, role):
                open_()
    assert audit.rows() == []


def test_an_auditor_of_a_programme_and_a_town_opens_nobody_elsewhere(audit: Audit) -> None:
    here = {"role": Role.AUDITOR, "from_day": FIRST_DAY, "programme": SERVICE.id}
    enter(audit.owner, "ulla.nara", Assignment(**here, town="2480"))
    enter(audit.owner, "olle.borta", Assignment(**here, town="2482"))
    near, far = (
        Audit(audit.desk, auditing(audit.office.settings.audit_database_url, name), audit.owner)
        for name in ("ulla.nara", "olle.borta")
    )
    assert NILS.name in near.files()["person.json"].decode()
    for open_ in (far.files, far.texts):
        with raises(Refused, "permission.too_far"):
            open_()
    assert {actor for actor, _, _ in audit.rows()} == {"auditor:ulla.nara"}


def test_the_row_is_there_where_nothing_came_to_be_shown(audit: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the machine went off between the two."""

    def off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(by_reading, "opened_identity", off)
    with pytest.raises(KeyboardInterrupt):
        audit.files()
    assert audit.rows() == [(EVA, "identity", False)]
    monkeypatch.setattr("auditing.inspection.opening.texts_of", off)
    with pytest.raises(KeyboardInterrupt):
        audit.texts()
    assert [what for _, what, _ in audit.rows()] == ["identity", "remarks", "struck"]


def test_nothing_is_shown_where_no_row_can_be_written(audit: Audit) -> None:
    with audit.owner.begin() as connection:
        connection.execute(text(f"revoke insert on reads from {AUDIT}"))
    for open_ in (audit.files, audit.texts):
        with pytest.raises(DBAPIError, match="permission denied"):
            open_()


def test_of_a_protected_person_the_named_auditor_reads_and_another_is_refused_and_written_down(audit: Audit) -> None:
    protect(audit, "anna.berg")
    for open_ in (audit.files, audit.texts):
        with raises(Refused, "reading.protected"):
            open_()
    assert audit.rows()[1:] == [(EVA, "identity", True), (EVA, "remarks", True)]
    chosen = Wanted(audit.desk.number, identities=identities_for(audit.office, personal=True, because=ASKED))
    assert journeys_for(audit.office, chosen).ids == [audit.journey]
    protect(audit, "anna.berg", "eva.granskare")
    assert NILS.name in audit.files()["person.json"].decode()
    assert audit.texts() == [SAID]
    assert audit.findings() == []


def protect(audit: Audit, *staff: str) -> None:
    protection.protect(audit.desk.office, audit.desk.number, COORDINATOR, staff, "The tax agency has marked him")


# What the database gives for a row


def given(audit: Audit, reading: int) -> list[Any]:
    with audit.office.reading.connect() as connection:
        return list(connection.execute(text("select number from identity_by_reading(:id)"), {"id": reading}).scalars())


def written(audit: Audit, **columns: Any) -> int:
    """A row of a reading that opens an identity, but for these columns; returns its id."""
    [row] = rows_of(audit.owner, "reads", "number desc")[:1]
    row |= {"number": row["number"] + 1, "read_at": datetime.now(UTC), **columns}
    del row["id"]
    names = ", ".join(row)
    with audit.owner.begin() as connection:
        insert = f"insert into reads ({names}) values ({', '.join(f':{name}' for name in row)}) returning id"
        return int(connection.scalar(text(insert), row) or 0)


def test_the_database_gives_an_identity_for_a_fresh_row_of_an_auditor_alone(audit: Audit) -> None:
    audit.files()
    [first, *_] = (row["id"] for row in rows_of(audit.owner, "reads", "number"))
    assert given(audit, first) == [audit.desk.number]
    opens = {"actor": EVA, "what": "identity", "refused": False}
    assert given(audit, written(audit, **opens)) == [audit.desk.number]
    now = datetime.now(UTC)
    for columns in (
        {**opens, "actor": COORDINATOR},
        {**opens, "refused": True},
        {**opens, "read_at": now - timedelta(minutes=16)},
        {**opens, "read_at": now + timedelta(minutes=16)},
        {**opens, "what": "remarks"},
    ):
        assert given(audit, written(audit, **columns)) == [], columns
    assert given(audit, 10**6) == []
    protect(audit, "anna.berg")
    assert given(audit, written(audit, **opens)) == []
    protect(audit, "eva.granskare", "anna.berg")
    assert given(audit, written(audit, **opens)) == [audit.desk.number]


def test_a_row_that_could_be_taken_back_opens_nothing(audit: Audit) -> None:
    audit.files()
    before = audit.rows()
    columns = "journey_id, candidate, actor, contents, stage, relation, urgent, refused, previous, key, signature"
    again = f"""
        insert into reads ({columns}, number, what, read_at) select {columns}, 99, 'identity', now() from reads limit 1
        returning id"""
    for savepoint in (False, True):
        with audit.office.writing.connect() as connection:
            if savepoint:
                connection.execute(text("savepoint inner_one"))
            id_ = connection.scalar(text(again))
            if savepoint:
                connection.execute(text("release savepoint inner_one"))
            with pytest.raises(DBAPIError, match="the reading is not committed"):
                connection.execute(text("select * from identity_by_reading(:id)"), {"id": id_})
            connection.rollback()
    assert audit.rows() == before
