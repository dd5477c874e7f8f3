"""Whom and what people mean: by code, by name in either language, by the beginning of one name alone."""

from pathlib import Path

import pytest

from models.stages import EndReason, Stage
from runtime.i18n import using_language
from services import naming
from services.naming import Named, NotMeant, meant
from services.referrals.import_file import read_import_file
from services.referrals.names import Names
from services.referrals.rows import ImportRow
from tests.support.authority import register_of_tests
from tests.support.import_files import ENGLISH, TODAY, cells, csv_text, problems
from tests.support.programmes import RULES, SERVICE

NAMES = Names(RULES, register_of_tests)


def code(written: str, known: list[Named]) -> str:
    return meant(written, known).code


@pytest.mark.parametrize("written", ["2480", "Umeå", "UMEÅ", " umeå ", "Ume", "Umea\u030a"])
def test_a_town_is_known_by_its_name(written: str) -> None:
    assert code(written, naming.towns(RULES)) == "2480"


@pytest.mark.parametrize(
    ("written", "meant_"),
    [
        *(
            ("internship", "internship"),
            ("praktik", "internship"),
            ("Prak", "internship"),
            ("INTERNSHIP", "internship"),
        ),
        *(("väntar på plats", "awaiting_placement"), ("plats på väntar", "awaiting_placement")),
        *(("waiting for a place", "awaiting_placement"), ("awaiting placement", "awaiting_placement")),
    ],
)
def test_a_stage_is_known_in_both_languages_whatever_is_spoken(written: str, meant_: str) -> None:
    for language in ("sv", "en"):
        with using_language(language):
            assert code(written, naming.worded(Stage)) == meant_


@pytest.mark.parametrize(
    ("written", "meant_"),
    [("ja", "true"), ("J", "true"), ("yes", "true"), ("nej", "false"), ("n", "false"), ("NO", "false")],
)
def test_yes_and_no_are_known_by_their_letters(written: str, meant_: str) -> None:
    assert code(written, naming.yes_or_no()) == meant_


@pytest.mark.parametrize("written", ["anna.berg", "Anna Berg", "anna berg", "Berg Anna", "Anna", "Berg"])
def test_a_colleague_is_known_by_name(written: str) -> None:
    assert code(written, naming.in_charge(register_of_tests())) == "anna.berg"


def test_positions_forms_profiles_and_programmes_are_known_by_their_titles() -> None:
    assert code("Serviceassistent, brickdukning", naming.positions(RULES.positions)) == "lasarettet_tray_kitchen"
    assert code("service assistant tray kitchen", naming.positions(RULES.positions)) == "lasarettet_tray_kitchen"
    assert code("Servicedivisionens väg in", naming.programmes(RULES)) == "service_division"
    assert {code(one.title, naming.forms(SERVICE)) for one in naming.forms(SERVICE)} == {
        one.id for one in SERVICE.forms
    }


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("kommun", {"kommunen", "kommunal"}),  # two begin so
        ("Samhal", {"samhall"}),
        ("Sammhall", {"samhall"}),
        ("Arbetsformedlingn", {"arbetsformedlingen"}),
    ],
)
def test_what_is_not_one_alone_is_answered_with_what_is_near(written: str, near: set[str]) -> None:
    known = [
        one for one in naming.partners(RULES) if one.code in ("kommunen", "kommunal", "samhall", "arbetsformedlingen")
    ]
    if written == "Samhal":
        assert code(written, known) == "samhall"
        return
    with pytest.raises(NotMeant) as caught:
        meant(written, known)
    assert {one.code for one in caught.value.near} == near


@pytest.mark.parametrize("written", ["", " ", "x", "an", "2", "…"])
def test_too_little_means_nobody(written: str) -> None:
    with pytest.raises(NotMeant) as caught:
        meant(written, naming.worded(EndReason))
    assert caught.value.near == ()


def test_two_of_the_same_title_are_told_apart_by_their_codes() -> None:
    twins = [Named("ward_1", "Ward"), Named("ward_2", "Ward")]
    with pytest.raises(NotMeant) as caught:
        meant("ward", twins)
    assert naming.why_unknown(caught.value, twins).id == "naming.several"
    assert naming.why_unknown(caught.value, twins).values["near"] == ("Ward (ward_1)", "Ward (ward_2)")
    assert code("ward_2", twins) == "ward_2"


def test_an_office_writes_names_into_its_list(tmp_path: Path) -> None:
    written = {
        "programme": "Servicedivisionens väg in",
        "referring_partner": "Arbetsförmedlingen",
        "site": "Umeå kommun",
    }
    row = cells(**written, coordinator="Anna Berg", referred_on="1/3")
    file = tmp_path / "list.csv"
    file.write_text(csv_text([ENGLISH, row]))
    [read] = read_import_file(file, TODAY, NAMES).rows
    assert isinstance(read, ImportRow), read
    said = (read.programme, read.referring_partner, read.site, read.coordinator, str(read.referred_on))
    assert said == ("service_division", "arbetsformedlingen", "2480", "anna.berg", "2026-03-01")


def test_a_name_that_is_written_almost_so_is_asked_about(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(csv_text([ENGLISH, cells(site="Umea", referring_partner="Arbetsformedlingn")]))
    told = dict(problems(read_import_file(file, TODAY, NAMES).rows[0]))
    assert "Did you mean Umeå?" in told["site"]
    assert "Did you mean Arbetsförmedlingen?" in told["referring_partner"]
    assert "Umea" not in told["site"].replace("Umeå", "")
