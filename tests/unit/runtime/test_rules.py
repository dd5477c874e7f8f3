"""Reading `programmes/`: each kind of mistake in a file is told in one sentence that says where it is."""

from pathlib import Path
from typing import Any

import pytest

from runtime.errors import UsageError
from runtime.rulebook.loader import RuleBook
from tests.support.errors import raises
from tests.support.programme_files import (
    FORMS_FILE,
    PARTNERS_FILE,
    POSITIONS_FILE,
    PREPAREDNESS_FILE,
    SERVICE_FILE,
    TOWNS_FILE,
    change,
)

CONSULTATION_OF = """[union_consultation]
before = ["internship_agreed"]
answer_within_days = 14
source = "MBL 11 §"
"""


def read_all(directory: Path) -> RuleBook:
    book = RuleBook(directory)
    book.check()
    return book


def fault_of(directory: Path) -> str:
    """The one sentence that reading the directory ends in."""
    with pytest.raises(UsageError) as caught:
        read_all(directory)
    told = str(caught.value)
    sentence, _, _ = told.partition(" Its folder is ")
    assert is_one_line(sentence)
    assert str(directory) not in sentence, "a path of this machine says nothing"
    return told


def is_one_line(sentence: str) -> bool:
    return sentence.endswith(".") and "\n" not in sentence and ". " not in sentence and len(sentence) < 300


FIVE = ["agency_chain", "easy_jobs", "preparedness_jobs", "service_division", "talent_programme"]


def test_the_files_as_they_are_hold_no_mistake(programmes: Path) -> None:
    book = read_all(programmes)
    assert sorted(book.programmes) == FIVE
    assert book.programme("preparedness_jobs").forms[0].id == "preparedness_job"


MISTAKES = {
    # what the field is
    "an unknown field": (SERVICE_FILE, 'manager = "l', 'goals = 5\nmanager = "l', "service_division, goals:"),
    "a missing field": (SERVICE_FILE, 'manager = "lena.strand"\n', "", "service_division, manager: it is missing"),
    "a number in words": (SERVICE_FILE, "within_days = 90", 'within_days = "ninety"', ", reopen_within_days: "),
    "a number out of range": (
        SERVICE_FILE,
        "longest_months = 6",
        "longest_months = 0",
        ", internship.longest_months: ",
    ),
    "a day beyond reach": (SERVICE_FILE, "= 2013-01-01", "= 1013-01-01", ", valid_from: the day must lie between"),
    "an unknown stage": (SERVICE_FILE, '["referral"]', '["refferal"]', ", deadlines.0.stages.0: "),
    "an unknown way to count": (SERVICE_FILE, '"agreed_end"', '"the_end"', ", deadlines.4.counts_from: "),
    "a rule without a source": (
        SERVICE_FILE,
        "the service division's project model of 2013",
        "",
        "service_division, source: ",
    ),
    "an empty text": (POSITIONS_FILE, '"Service assistant, tray kitchen"', '" "', "lasarettet_tray_kitchen, title: "),
    "an unknown kind of partner": (PARTNERS_FILE, '"church"', '"chuch"', "svenska_kyrkan, kind: "),
    "an address that is none": (PARTNERS_FILE, "diakoni@kyrkan", "diakoni(at)kyrkan", "svenska_kyrkan, "),
    "a misspelt field deep inside": (
        *(SERVICE_FILE, "trainable = true", "trainabel = true"),
        ", profiles.0.requirements.0.trainabel: ",
    ),
    # what is there twice
    "a criterion twice": (SERVICE_FILE, 'id = "reliability"', 'id = "tasks"', "criteria name one of them twice"),
    "a requirement twice": (SERVICE_FILE, '"hygiene_routines"', '"swedish_for_safety"', "profiles.0: "),
    "a partner twice": (PARTNERS_FILE, 'id = "kommunen"', 'id = "samhall"', "samhall, id: 2 of the partners"),
    "a position twice": (
        *(POSITIONS_FILE, '"lasarettet_transport"', '"lasarettet_tray_kitchen"'),
        "lasarettet_tray_kitchen, id: 2 of the positions",
    ),
    "a form twice": (
        FORMS_FILE,
        'id = "substitute"',
        'id = "preparedness_job"',
        "preparedness_job, id: 2 of the forms",
    ),
    "two versions of a form on the same day": (
        *(
            FORMS_FILE,
            "valid_from = 2024-01-01",
            'valid_from = 2024-01-01\nlongest_decision_months = 6\nsource = "a"\n\n'
            '[[forms]]\nid = "establishment_job"\nname = { sv = "etableringsjobb", en = "establishment job" }',
        ),
        "establishment_job, id: 2 of the forms have this id on the same day",
    ),
    "a form that counts as none that there is": (
        FORMS_FILE,
        'counts_as = "substitute"',
        'counts_as = "x"',
        ", counts_as: ",
    ),
    "a form that counts as one of another time": (
        *(FORMS_FILE, 'counts_as = "substitute"', 'valid_from = 2023-01-01\ncounts_as = "general_fixed_term"'),
        "summer_temporary, counts_as: general_fixed_term is no form of the same time",
    ),
    "a limit of a form that the programme has not": (
        *(
            SERVICE_FILE,
            "[internship]",
            '[[form_limits]]\nform = "trainee"\nlongest_months = 3\nsource = "a"\n\n[internship]',
        ),
        ", form_limits.0.form: trainee is none of the programme's forms",
    ),
    "a programme twice": (
        *(SERVICE_FILE, 'id = "service_division"', 'id = "preparedness_jobs"'),
        "preparedness_jobs, id: another file has this programme already",
    ),
    # what is nowhere
    "a form that there is not": (SERVICE_FILE, '"substitute"]', '"substitut"]', ", forms: substitut is no form in"),
    "an event that there is not": (SERVICE_FILE, '"referral_accepted"', '"referral_acepted"', ", notices.0.event: "),
    "a recipient that there is not": (
        *(PREPAREDNESS_FILE, '"fackforbundet_st"]', '"fackforbundet_ts"]'),
        ", notices.3.to: fackforbundet_ts is not in partners.toml",
    ),
    "a kind of partner that there is not": (SERVICE_FILE, '"union"]', '"unoin"]', ", notices.3.to: unoin is not in"),
    "a kind of partner without towns": (
        *(PREPAREDNESS_FILE, '"fackforbundet_st"]', '"union"]'),
        ", notices.3.to: union is not in partners.toml; a kind of partner needs towns in the programme",
    ),
    "a kind of partner that a town lacks": (
        *(SERVICE_FILE, '"union"]', '"unit"]'),
        ", notices.3.to: Lycksele (2481) has no unit on its list in towns.toml",
    ),
    "a field that no notice tells": (
        *(PARTNERS_FILE, 'kind = "church"', 'kind = "church"\ndiscloses = ["stage", "reason"]'),
        "svenska_kyrkan, discloses: reason is nothing a notice tells: position, ",
    ),
    "a union to consult that there is not": (
        *(SERVICE_FILE, "[[criteria]]", f'{CONSULTATION_OF}unions = ["kommunen"]\n[[criteria]]'),
        ", union_consultation.unions: kommunen is no union in partners.toml",
    ),
    "a consultation of nobody": (
        *(PREPAREDNESS_FILE, "[[criteria]]", f"{CONSULTATION_OF}[[criteria]]"),
        ", union_consultation.unions: name the unions to consult, or give the programme towns",
    ),
    "a town that there is not": (SERVICE_FILE, '"2523"]', '"2523", "9999"]', ", towns: 9999 is no town in towns.toml"),
    "a partner of a town that there is not": (
        TOWNS_FILE,
        '"kommunen"',
        '"komunen"',
        "2480, partners: komunen is not in",
    ),
    "a coordinator on a town's list": (
        TOWNS_FILE,
        '"kommunen"',
        '"anna.berg"',
        "2480, partners: anna.berg is a coordinator",
    ),
    "a partner twice on a town's list": (
        TOWNS_FILE,
        '"kommunen"',
        '"samhall"',
        "2480, partners: samhall stands there twice",
    ),
    "a town twice": (TOWNS_FILE, 'id = "2481"', 'id = "2480"', "2480, id: 2 of the towns have this id"),
    "a referring partner that there is not": (SERVICE_FILE, '"samhall"]', '"samhal"]', ", referring_partners: samhal "),
    "a manager who is a coordinator": (
        SERVICE_FILE,
        "lena.strand",
        "anna.berg",
        ", manager: anna.berg is no manager in",
    ),
    "a programme that there is not": (
        *(POSITIONS_FILE, '["service_division"]', '["service_divison"]'),
        "lasarettet_tray_kitchen, programmes: there is no programme service_divison",
    ),
    "a profile that there is not": (
        *(POSITIONS_FILE, 'profile = "transport_service"', 'profile = "transports"'),
        "lasarettet_transport, profile: service_division has no profile transports",
    ),
    # what is no TOML, or another
    "a value missing": (SERVICE_FILE, 'manager = "lena.strand"', "manager =", " cannot be read: "),
    "the thirtieth of February": (SERVICE_FILE, "= 2013-01-01", "= 2013-02-30", " cannot be read: "),
    "a misspelt table": (PARTNERS_FILE, "[[partners]]", "[[partner]]", "partner: nothing of that name is read"),
    "a table where a list should be": (POSITIONS_FILE, "[[positions]]", "[positions]", None),
    "forms that are no list": (PREPAREDNESS_FILE, '["preparedness_job"]', '"preparedness_job"', ", forms: a list of "),
    "a list of lists": (PREPAREDNESS_FILE, '["preparedness_job"]', '[["preparedness_job"]]', ", forms: "),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_file_and_place(programmes: Path, mistake: str) -> None:
    file, old, new, says = MISTAKES[mistake]
    change(programmes, file, old, new)
    sentence = fault_of(programmes)
    assert sentence.startswith(file)
    assert says is None or says in sentence


@pytest.mark.parametrize("written", ["partners = 5", 'partners = ["kommunen"]', "partners = {}", "", "[[partners]]"])
def test_a_list_of_something_else_is_told_with_its_file(programmes: Path, written: str) -> None:
    (programmes / PARTNERS_FILE).write_text(written)
    with pytest.raises(UsageError) as caught:
        _ = RuleBook(programmes).programmes
    assert is_one_line(str(caught.value))
    assert PARTNERS_FILE in str(caught.value)


def test_an_empty_file_is_told_as_a_programme_without_fields(programmes: Path) -> None:
    (programmes / "moon_jobs.toml").write_text("")
    assert fault_of(programmes).startswith("moon_jobs.toml, the whole, ")


def test_a_file_in_another_encoding_is_told_with_its_name(programmes: Path) -> None:
    (programmes / PARTNERS_FILE).write_bytes((programmes / PARTNERS_FILE).read_text(encoding="utf-8").encode("latin-1"))
    assert fault_of(programmes).startswith("partners.toml cannot be read: 'utf-8' codec")


@pytest.mark.parametrize("file", [PARTNERS_FILE, POSITIONS_FILE, FORMS_FILE])
def test_a_file_that_is_missing_is_told_with_its_name_and_where_it_should_be(programmes: Path, file: str) -> None:
    (programmes / file).unlink()
    sentence = fault_of(programmes)
    assert sentence.startswith(f"{file} cannot be read: No such file or directory. Its folder is ")
    assert str(programmes) in sentence


@pytest.mark.parametrize("name", ["nothing", "nothing/at/all"])
def test_a_directory_without_programmes_is_told_with_the_setting_that_names_it(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"{name} contains no programme\\. Correct HELAVAGEN_PROGRAMMES\\.$"):
        _ = RuleBook(tmp_path / name).programmes


def test_an_unknown_programme_is_answered_with_those_that_there_are(programmes: Path) -> None:
    with raises(UsageError, "programme.unknown", programme="moon_jobs", known=", ".join(FIVE)):
        RuleBook(programmes).programme("moon_jobs")


def test_a_fault_in_one_programme_stops_nobody_who_asks_for_another(programmes: Path) -> None:
    change(programmes, SERVICE_FILE, 'manager = "lena.strand"', "manager =")
    book = RuleBook(programmes)
    assert book.programme("easy_jobs").id == "easy_jobs"
    assert book.find("moon_jobs") is None
    with raises(UsageError, "rules.unreadable", file="service_division.toml"):
        book.programme("service_division")
    with raises(UsageError, "rules.unreadable", file="service_division.toml"):
        book.check()


def test_a_programme_is_found_by_its_id_whatever_its_file_is_called(programmes: Path) -> None:
    (programmes / SERVICE_FILE).rename(programmes / "our_first.toml")
    assert RuleBook(programmes).programme("service_division").id == "service_division"


def test_one_programme_is_read_without_the_others(programmes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examined: list[object] = []
    examine = RuleBook.examine_programme

    def counted(book: RuleBook, data: Any) -> Any:
        examined.append(data["id"])
        return examine(book, data)

    monkeypatch.setattr(RuleBook, "examine_programme", counted)
    book = RuleBook(programmes)
    assert book.programme("easy_jobs") is book.find("easy_jobs")
    assert book.positions
    assert examined == ["easy_jobs"]
