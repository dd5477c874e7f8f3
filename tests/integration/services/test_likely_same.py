"""A co-ordination number and the personal number that came after it: the likely same person is told before another."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from models.identifiers import Actor
from models.message import Message
from services import protection
from services.identities.register import Person
from services.queries.reads import reads
from services.referrals.foreseeing import foresee_referral, foresee_rows
from services.referrals.importer import Became
from services.referrals.referring import likely_same, row_of
from tests.support.desks import NILS, NOW, IdentityDesk
from tests.support.import_files import made_up_number
from tests.support.values import COORDINATOR

NILS_BORN, COORDINATION = "19850505", made_up_number("19850565", 985)
DAY = date(2026, 3, 2)


@pytest.fixture
def desk(engine: Engine) -> IdentityDesk:
    """Nils, who is known by a personal number."""
    desk = IdentityDesk(engine)
    desk.way.comes("referred", "referral_accepted", "requirements_checked")
    return desk


def said_of(number: str = COORDINATION, name: str = NILS.name) -> dict[str, Any]:
    where = {"programme": "service_division", "referring_partner": "kommunen", "site": "2480"}
    return {"identity_number": number, "name": name, "coordinator": "anna.berg", "referred_on": DAY, **where}


def told(desk: IdentityDesk, said: dict[str, Any], by: Actor = COORDINATOR) -> Message | None:
    row = row_of(desk.office, said)
    return likely_same(desk.office, by, [row]).get(row.identity_number)


def test_by_another_kind_of_number_the_candidate_is_named_and_the_reading_written_down(
    desk: IdentityDesk, engine: Engine
) -> None:
    found = foresee_referral(desk.office, COORDINATOR, said_of())
    assert [(one.id, one.values) for one in found.odd] == [("referral.likely_same", {"candidate": desk.number})]
    [outcome] = foresee_rows(desk.office, COORDINATOR, [row_of(desk.office, said_of())]).outcomes
    assert outcome.became is Became.TO_PUT_RIGHT
    bo = Actor.parse("coordinator:bo.lind")
    assert told(desk, said_of(), bo) is not None
    assert {one.actor for one in reads(engine, candidate=desk.number)} == {str(bo)}  # whoever is in charge knows


def test_the_rows_of_a_list_are_looked_at_together(desk: IdentityDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, sharing = list[int](), desk.register.sharing

    def counted(names: Iterable[Iterable[str]], letters: int, most: int) -> list[list[str]]:
        words = list(names)
        asked.append(len(words))
        return sharing(words, letters, most)

    monkeypatch.setattr(desk.register, "sharing", counted)
    rows = [row_of(desk.office, said_of(made_up_number("19850565", birth), "Nils P")) for birth in (985, 986, 987)]
    known = made_up_number(NILS_BORN, 988)
    desk.register.number_of(Person(known, "Nils Pihl"), NOW, COORDINATOR)
    here = row_of(desk.office, said_of(known, "Nils Pihl"))
    done = list[None]()
    found = foresee_rows(desk.office, COORDINATOR, [*rows, here], lambda: done.append(None))
    assert asked == [3]
    assert len(found.outcomes) == len(done) == 4


@pytest.mark.parametrize("name", ["Påhittad, Nils Erik", "Nils Pahittad", "Nilss Påhittad"])
def test_a_name_that_is_nearly_so_is_the_same(desk: IdentityDesk, name: str) -> None:
    assert told(desk, said_of(name=name)) is not None


@pytest.mark.parametrize(
    "said",
    [
        said_of(made_up_number("19850566", 985)),  # another day
        said_of(made_up_number(NILS_BORN, 985)),  # two personal numbers are two people, or a slip that papers show
        said_of(name="Nils Annan"),
        said_of(name="Maja Påhittad"),
    ],
)
def test_whoever_else_is_somebody_new(desk: IdentityDesk, said: dict[str, Any]) -> None:
    assert told(desk, said) is None


@pytest.mark.parametrize("number", [made_up_number("19850560", 985), made_up_number("19850060", 985)])
def test_a_day_or_month_that_is_not_known_may_be_theirs(desk: IdentityDesk, number: str) -> None:
    assert told(desk, said_of(number)) is not None


def test_of_somebody_protected_only_the_named_staff_are_told(desk: IdentityDesk) -> None:
    protection.protect(desk.office, desk.number, str(COORDINATOR), ["bo.lind"], "Skyddad")
    assert told(desk, said_of()) is None
    assert told(desk, said_of(), Actor.parse("coordinator:bo.lind")) is not None


def test_whoever_may_not_read_of_them_is_told_no_number(desk: IdentityDesk) -> None:
    elsewhere = told(desk, said_of(), Actor.parse("coordinator:karin.ek"))
    assert elsewhere is not None
    assert (elsewhere.id, dict(elsewhere.values)) == ("referral.likely_same_elsewhere", {})
