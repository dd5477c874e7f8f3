"""A referral to a programme that takes some ages alone says the same before it is sent as when it is."""

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import Engine

from runtime.settings import Settings
from services.application import Application
from services.identities.rectifying import ages_to_correct
from services.identities.rectifying_form import Rectifying
from services.identities.register import Person, Register
from services.queries.lists import Lists
from services.queries.reads import reads
from services.referrals.foreseeing import foresee_referral, foresee_rows
from services.referrals.importer import Became
from services.referrals.referring import row_of
from tests.support.authority import TestKeyring
from tests.support.desks import NOW, office_of
from tests.support.import_files import made_up_number
from tests.support.recording import RecordedWay, recorder_on
from tests.support.shapes import book_with
from tests.support.values import COORDINATOR

DAY = date(2026, 3, 2)


@pytest.fixture
def office(engine: Engine, tmp_path: Path) -> Application:
    office = office_of(engine, register=Register(engine, Random(1), TestKeyring()), lists=Lists(engine))
    vars(office)["book"] = book_with("holiday_jobs", "", tmp_path)
    return office


def said_of(born: str) -> dict[str, Any]:
    where = {"programme": "holiday_jobs", "referring_partner": "kommunen", "site": "2480", "coordinator": "anna.berg"}
    return {"identity_number": made_up_number(born), "name": "Ida Test", "referred_on": DAY, **where}


@pytest.mark.parametrize(("born", "is_taken"), [("20100601", True), ("20100602", False), ("20060601", False)])
def test_the_age_on_the_programmes_day_is_judged_before_anything_is_sent(
    office: Application, born: str, is_taken: bool
) -> None:
    found = foresee_referral(office, COORDINATOR, said_of(born))
    assert (found.refused.why.id if found.refused else None) == (
        None if is_taken else "the_person_is_of_the_age.between"
    )
    [outcome] = foresee_rows(office, COORDINATOR, [row_of(office, said_of(born))]).outcomes
    assert outcome.became is (Became.STARTED if is_taken else Became.TO_PUT_RIGHT)


def test_whoever_puts_an_identity_number_right_is_told_where_the_referral_tells_another_age(
    engine: Engine, office: Application
) -> None:
    number = office.register.number_of(Person(made_up_number("20100601"), "Ida Test"), NOW, COORDINATOR)
    way = RecordedWay(recorder_on(engine), number, office.book.programme("holiday_jobs"), DAY)
    assert way.tells("referred", age=16, referring_partner="kommunen", site="2480").accepted

    def told(born: str) -> list[str]:
        said = {"identity_number": made_up_number(born)}
        return [one.id for one in ages_to_correct(office, office.lists.found(candidate=number), said)]

    assert told("20100531") == []
    assert told("20100602") == ["rectification.other_age"]
    assert told("20100660") == ["rectification.age_left_open"]
    assert list(ages_to_correct(office, office.lists.found(candidate=number), {"name": "Ida Prov"})) == []
    [line] = office.lists.found(candidate=number)
    answers = {"identity_number": [made_up_number("20100602")], "how": ["wrong"], "because": ["Her papers say so"]}

    def shown_to(name: str) -> list[str]:
        vars(office)["settings"] = Settings(actor=f"coordinator:{name}")
        return [told for what, told in Rectifying(office, line, answers).in_words(None) if "afterwards" in what]

    assert shown_to("karin.ek") == []  # whose town is another
    assert reads(engine, candidate=number, reader="karin.ek") == []
    assert len(shown_to("anna.berg")) == 1
    read_of = [(one.what, one.because) for one in reads(engine, candidate=number)]
    assert read_of.count(("journey", "Her papers say so")) == 1
    assert way.tells("withdrawn").accepted
    assert told("20100602") == []
