"""Finding a person: by whoever may see their name, and written down before anybody is shown."""

from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from auditing.evidence.evidence import read_rows
from auditing.verification.identity_checks import identity_findings
from auditing.verification.read_checks import read_findings
from models.access.statements import Assignment
from models.identifiers import CandidateNumber, Role
from models.stages import Stage
from models.tables.people import SearchTokenRow
from runtime.errors import Refused, UsageError
from runtime.statement_log import StatementLog
from services import protection
from services.application import Application
from services.identities import finding
from services.identities.finding import MOST_SHOWN, Found, find
from services.identities.indexing import write_all_tokens
from services.identities.naming import names_in
from services.identities.register import Person, Register
from services.privacy.erasure import end_rows
from services.queries.lists import Lists
from services.queries.reads import reads
from services.reading import may_list
from tests.support.authority import TestKeyring, enter
from tests.support.builders import ROUTES
from tests.support.desks import NOW, office_of
from tests.support.errors import raises
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import COORDINATOR, MONDAY

OTHERS = "bo.lind"
WHY = "She telephones"


class Office:
    """People with journeys, and whoever looks for them."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.register = Register(engine, Random(1), TestKeyring())
        self.people = 0

    def has(self, name: str, stage: Stage = Stage.INTERNSHIP, coordinator: str = "anna.berg", **more: str) -> str:
        """Somebody comes to a stage, in somebody's charge; their number."""
        self.people += 1
        born = f"1990{1 + self.people // 20:02}{1 + self.people % 20:02}"
        person = Person(made_up_number(born), name, more.get("email"), more.get("phone"))
        number = self.register.number_of(person, NOW, COORDINATOR)
        way = RecordedWay(recorder_on(self.engine), number)
        assert way.tells("referred", coordinator=coordinator).accepted
        way.comes(*ROUTES[stage][1:])
        return number

    @property
    def application(self) -> Application:
        return office_of(self.engine, register=self.register, lists=Lists(self.engine))

    def finds(self, text: str, by: str = "anna.berg", because: str | None = None) -> list[str | None]:
        return [line.name for line in self.found(text, by, because).lines]

    def found(self, text: str, by: str = "anna.berg", because: str | None = None) -> Found:
        return find(self.application, text, by, because)

    def read(self) -> list[tuple[str, str, str]]:
        return [(one.candidate, one.actor.partition(":")[2], one.what) for one in reads(self.engine)]


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)


def test_somebody_is_found_with_what_whoever_telephones_wants_to_know(office: Office) -> None:
    number = office.has("Amina Al-Hassan", phone="070-174 06 05")
    office.has("Bertil Påhittad")
    [line] = office.found("amina").lines
    assert (line.candidate, line.name, line.phone) == (number, "Amina Al-Hassan", "070-174 06 05")
    assert (line.programme, line.stage, line.waits_for) == ("service_division", Stage.INTERNSHIP, "check_in")
    assert [(one.what, one.due_on is not None) for one in line.items] == [("check_in", True), ("internship_end", True)]
    assert line.supervisor is not None
    assert line.works_at is not None
    assert line.works_at.endswith(")")
    assert line.works_until is not None
    assert (line.coordinator.name, line.supervisor.id) == ("Anna Berg", "maria.ek")
    assert office.read() == [(number, "anna.berg", "name")]
    rows = read_rows(office.engine, [f"journey/{number}/service_division"])
    register = StatementLog(office.engine).register()
    assert list(read_findings(rows[f"journey/{number}/service_division"]["reads"], register)) == []


@pytest.mark.parametrize("text", ["amina", "HASSAN ami", "+46701740605", "0701740605", "amina@example.se"])
def test_somebody_is_found_by_any_of_what_is_known(office: Office, text: str) -> None:
    office.has("Amina Al-Hassan", phone="070-174 06 05", email="amina@example.se")
    office.has("Amanda Påhittad", phone="070-174 06 06", email="amanda@example.se")
    assert office.finds(text) == ["Amina Al-Hassan"]


def test_by_identity_number_and_by_candidate_number(office: Office) -> None:
    number = office.has("Amina Al-Hassan")
    identity_number = office.register.person(number).identity_number
    assert office.finds(f"{identity_number[2:8]}-{identity_number[8:]}") == ["Amina Al-Hassan"]
    assert office.finds(number.lower()) == ["Amina Al-Hassan"]
    assert [line.name for line in office.found(number, OTHERS).lines] == [None]


def test_where_nobody_fits_that_is_said_and_nothing_written(office: Office) -> None:
    office.has("Amina Al-Hassan")
    with raises(Refused, "find.nobody"):
        office.finds("Beatrice")
    with raises(UsageError, "find.too_short"):
        office.finds("a")
    assert office.read() == []


@pytest.mark.parametrize("text", ["Övnig", "amnia övning", "Amina Ovnign", "Amnia", "mina", "amima"])
def test_where_nobody_is_called_so_those_called_nearly_so_are_offered(office: Office, text: str) -> None:
    mine, theirs = office.has("Amina Övning"), office.has("Amina Ovning", coordinator=OTHERS)
    office.has("Bertil Påhittad")
    found = office.found(text)
    assert ([line.candidate for line in found.lines], found.others, found.near) == ([mine], 1, True)
    assert [one for one, *_ in office.read()] == [mine]
    assert {line.candidate for line in office.found(text, because=WHY).lines} == {mine, theirs}


def test_the_town_may_stand_beside_the_name(office: Office) -> None:
    office.has("Amina Övning")
    office.has("Amira Övning")
    found = office.found("Amina Ovning Umeå")
    assert ([line.name for line in found.lines], found.near) == (["Amina Övning"], False)
    with raises(Refused, "find.nobody"):
        office.finds("Amina Övning Lycksele")


def test_where_many_are_in_reach_those_in_charge_and_those_whose_names_begin_so_are_offered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MOST_OPENED", 3)
    mine = office.has("Omar Berg")
    theirs = [office.has(name, coordinator=OTHERS) for name in ("Amina Ek", "Yusuf Ek", "Lars Ek", "Eva Ek")]
    for text, number in (("mOar", mine), ("Kmar", mine), ("Amnia", theirs[0]), ("Yufsu", theirs[1])):
        assert [line.candidate for line in office.found(text, because=WHY).lines] == [number]
    with raises(Refused, "find.nobody"):
        office.found("Pva", because=WHY)


@pytest.mark.parametrize("stage", [Stage.REQUIREMENT_CHECK, Stage.EVALUATION])
def test_nobody_is_offered_whom_the_reader_may_not_find(office: Office, stage: Stage) -> None:
    number = office.has("Amina Al-Hassan", stage)
    with raises(Refused, "find.nobody"):
        office.finds("Amnia", OTHERS, WHY)
    protection.protect(office.application, number, COORDINATOR, [OTHERS], "The tax agency has marked her")
    with raises(Refused, "find.nobody"):
        office.finds("Amnia")


def test_of_a_number_that_finds_nobody_the_name_is_advised(office: Office) -> None:
    office.has("Amina Al-Hassan", Stage.EVALUATION, phone="070-174 06 05")
    for text in ("070-174 06 05", "amina@example.se"):
        with raises(Refused, "find.no_such_number"):
            office.finds(text, OTHERS, WHY)


def test_others_candidates_are_shown_to_whoever_says_why(office: Office) -> None:
    mine, theirs = office.has("Amina Al-Hassan"), office.has("Amina Berg", coordinator=OTHERS)
    found = office.found("amina")
    assert ([line.candidate for line in found.lines], found.others) == ([mine], 1)
    found = office.found("amina", because=WHY)
    assert ([line.candidate for line in found.lines], found.others) == ([mine, theirs], 0)
    assert [(one.candidate, one.because) for one in reads(office.engine)] == [(mine, None), (mine, WHY), (theirs, WHY)]


@pytest.mark.parametrize("stage", [Stage.REFERRAL, Stage.REQUIREMENT_CHECK, Stage.EVALUATION])
def test_whoever_is_judged_is_found_by_those_in_charge_alone(office: Office, stage: Stage) -> None:
    office.has("Amina Al-Hassan", stage)
    with raises(Refused, "find.nobody"):
        office.finds("amina", OTHERS, WHY)
    assert office.finds("amina") == ["Amina Al-Hassan"]


def test_a_protected_person_is_found_by_the_named_staff_alone(office: Office) -> None:
    number = office.has("Amina Al-Hassan")
    protection.protect(office.application, number, COORDINATOR, [OTHERS], "The tax agency has marked her")
    identity_number = office.register.person(number).identity_number
    for text, why in (("amina", "find.nobody"), (identity_number, "find.no_such_number")):
        with raises(Refused, why):
            office.finds(text)
    assert office.finds("amina", OTHERS, WHY) == ["Amina Al-Hassan"]
    [line] = office.found(number).lines
    assert (line.name, line.supervisor) == (None, None)


def test_nobody_is_found_outside_the_town_and_the_programmes_where_somebody_works(office: Office) -> None:
    office.has("Amina Al-Hassan")
    day = MONDAY.replace(year=2000)
    for name, programme, town in (("dan.ek", "easy_jobs", "2480"), ("eva.ek", "service_division", "2523")):
        role = Assignment(role=Role.COORDINATOR, programme=programme, town=town, from_day=day)
        enter(office.engine, name, role)
        with raises(Refused, "find.nobody"):
            office.finds("amina", name, WHY)
    role = Assignment(role=Role.COORDINATOR, programme="service_division", town="2480", from_day=day)
    enter(office.engine, "fia.ek", role)
    assert office.finds("amina", "fia.ek", WHY) == ["Amina Al-Hassan"]


def test_an_operator_lists_numbers_and_finds_no_names(office: Office) -> None:
    number = office.has("Amina Al-Hassan")
    assert may_list(office.application, "kim.dahl") is None
    with raises(Refused, "find.nobody"):
        office.finds("amina", "kim.dahl", WHY)
    assert office.finds(number, "kim.dahl") == [None]
    assert office.read() == []


def test_of_many_ten_are_shown_and_the_rest_counted(office: Office) -> None:
    for _ in range(MOST_SHOWN + 2):
        office.has("Anna Påhittad", Stage.REFERRAL)
    found = office.found("anna")
    assert (len(found.lines), found.more, len(office.read())) == (MOST_SHOWN, 2, MOST_SHOWN)


def test_what_was_put_right_is_found_and_what_was_erased_is_not(office: Office) -> None:
    number = CandidateNumber(office.has("Amina Al-Hassan", phone="070-174 06 05"))
    office.register.rectify(number, {"name": "Amina Berg", "phone": "070-174 06 07"}, NOW, COORDINATOR)
    with raises(Refused, "find.nobody"):
        office.finds("hassan")
    office.register.rectify(number, {"name": "Amina Ek"}, NOW, COORDINATOR, keep=True)
    assert office.finds("berg") == office.finds("ek") == office.finds("070-1740607") == ["Amina Ek"]
    assert list(identity_findings(office.engine)) == []
    end_rows(office.engine, number, MONDAY, NOW)
    with raises(Refused, "find.nobody"):
        office.finds("ek")
    with Session(office.engine) as session:
        assert list(session.scalars(select(SearchTokenRow))) == []


def test_names_in_a_list_are_those_in_ones_charge_and_read_once_a_day(office: Office) -> None:
    mine, theirs = office.has("Amina Al-Hassan"), office.has("Bertil Påhittad", coordinator=OTHERS)
    lines = office.application.lists.journeys()
    for _ in range(2):
        assert names_in(office.application, "anna.berg", lines) == {mine: "Amina Al-Hassan"}
    assert names_in(office.application, OTHERS, lines) == {theirs: "Bertil Påhittad"}
    assert office.read() == [(mine, "anna.berg", "name"), (theirs, "bo.lind", "name")]
    tomorrow = office.application
    vars(tomorrow)["now"] = lambda: NOW.replace(day=NOW.day + 1)
    names_in(tomorrow, "anna.berg", lines)
    assert office.read()[2:] == [(mine, "anna.berg", "name")]


def changes_tokens(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "change",
    [lambda _: "delete from search_tokens", lambda number: f"insert into search_tokens values (1, '{number}')"],
)
def test_an_audit_names_whoever_is_found_by_what_is_not_theirs(office: Office, change: Callable[[str], str]) -> None:
    number = office.has("Amina Al-Hassan")
    changes_tokens(office.engine, change(number))
    assert [one.what.id for one in identity_findings(office.engine)] == ["finding.identity_found_by_other_words"]
    assert write_all_tokens(office.engine) == 1
    assert list(identity_findings(office.engine)) == []
