"""Reading `programmes/`: each kind of mistake in a file is told by its file and place."""

from pathlib import Path
from typing import Any

import pytest

from activities.language import said
from models.message import Message
from runtime.errors import UsageError
from runtime.rulebook.listed import THE_WHOLE
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.unreadable import NOT_UTF_8
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
source = { sv = "MBL 11 §", en = "MBL 11 §" }
"""


def read_all(directory: Path) -> RuleBook:
    book = RuleBook(directory)
    book.check()
    return book


def fault_of(directory: Path) -> UsageError:
    """What reading the directory ends in."""
    with pytest.raises(UsageError) as caught:
        read_all(directory)
    told, text = caught.value, said(caught.value.message, "en")
    assert text.endswith(".")
    assert "\n" not in text
    assert len(text) < 300
    assert told.message.id == "rules.missing" or str(directory) not in text, "a path of this machine says nothing"
    return told


FIVE = ["agency_chain", "easy_jobs", "preparedness_jobs", "service_division", "talent_programme"]


def test_the_files_as_they_are_hold_no_mistake(programmes: Path) -> None:
    book = read_all(programmes)
    assert sorted(book.programmes) == FIVE
    assert book.programme("preparedness_jobs").forms[0].id == "preparedness_job"


MISTAKES = {
    # what the field is
    "an unknown field": (
        SERVICE_FILE,
        "reopen_within_days",
        "goals = 5\nreopen_within_days",
        "name=service_division where=goals what=(file.field_misspelt field=goal)",
    ),
    "a missing field": (
        SERVICE_FILE,
        "reopen_within_days = 90\n",
        "",
        "name=service_division where=reopen_within_days what=(value.missing)",
    ),
    "a number in words": (
        SERVICE_FILE,
        "within_days = 90",
        'within_days = "ninety"',
        "name=service_division where=reopen_within_days what=(value.a_number)",
    ),
    "a number out of range": (
        SERVICE_FILE,
        "longest_months = 6",
        "longest_months = 0",
        "name=service_division where=internship.longest_months what=(value.too_small ge=1)",
    ),
    "a day beyond reach": (
        SERVICE_FILE,
        "= 2013-01-01",
        "= 1013-01-01",
        "name=service_division where=valid_from what=(value.day_out_of_reach first=1990-01-01 last=2199-12-31)",
    ),
    "an unknown stage": (
        SERVICE_FILE,
        '["referral"]',
        '["refferal"]',
        "name=service_division where=deadlines.0.stages.0 what=(value.one_of",
    ),
    "an unknown way to count": (
        SERVICE_FILE,
        '"agreed_end"',
        '"the_end"',
        "name=service_division where=deadlines.4.counts_from what=(value.one_of",
    ),
    "a rule without a source": (
        SERVICE_FILE,
        "the service division's project model of 2013",
        "",
        "name=service_division where=source.en what=(value.empty min_length=1)",
    ),
    "an empty text": (
        POSITIONS_FILE,
        '"Service assistant, tray kitchen"',
        '" "',
        "name=lasarettet_tray_kitchen where=title.en what=(value.empty min_length=1)",
    ),
    "an unknown kind of partner": (
        PARTNERS_FILE,
        '"church"',
        '"chuch"',
        "name=svenska_kyrkan where=kind what=(value.one_of",
    ),
    "an address that is none": (
        PARTNERS_FILE,
        "diakoni@kyrkan",
        "diakoni(at)kyrkan",
        "name=svenska_kyrkan where=address what=(partner.no_email_address partner=svenska_kyrkan)",
    ),
    "a misspelt field deep inside": (
        *(SERVICE_FILE, "trainable = true", "trainabel = true"),
        "name=service_division where=profiles.0.requirements.0.trainabel what=(file.field_misspelt field=trainable)",
    ),
    # what is there twice
    "a criterion twice": (
        SERVICE_FILE,
        'id = "reliability"',
        'id = "tasks"',
        "name=service_division where=criteria.1.id what=(file.named_twice name=tasks)",
    ),
    "a requirement twice": (
        SERVICE_FILE,
        '"hygiene_routines"',
        '"swedish_for_safety"',
        "where=profiles.0.requirements.1.id what=(file.named_twice name=swedish_for_safety)",
    ),
    "a partner twice": (
        PARTNERS_FILE,
        'id = "kommunen"',
        'id = "samhall"',
        "name=samhall where=id what=(file.id_twice times=2 key=partners)",
    ),
    "a position twice": (
        *(POSITIONS_FILE, '"lasarettet_transport"', '"lasarettet_tray_kitchen"'),
        "name=lasarettet_tray_kitchen where=id what=(file.id_twice times=2 key=positions)",
    ),
    "a form twice": (
        FORMS_FILE,
        'id = "substitute"',
        'id = "preparedness_job"',
        "name=preparedness_job where=id what=(form.twice)",
    ),
    "two versions of a form on the same day": (
        *(
            FORMS_FILE,
            "valid_from = 2024-01-01",
            'valid_from = 2024-01-01\nlongest_decision_months = 6\nsource = {sv = "a", en = "a"}\n\n'
            '[[forms]]\nid = "establishment_job"\nname = { sv = "etableringsjobb", en = "establishment job" }',
        ),
        "name=establishment_job where=id what=(form.twice)",
    ),
    "a form that counts as none that there is": (
        FORMS_FILE,
        'counts_as = "substitute"',
        'counts_as = "x"',
        "name=summer_temporary where=counts_as what=(form.counts_as_none form=x)",
    ),
    "a form that counts as one of another time": (
        *(FORMS_FILE, 'counts_as = "substitute"', 'valid_from = 2023-01-01\ncounts_as = "general_fixed_term"'),
        "name=summer_temporary where=counts_as what=(form.counts_as_none form=general_fixed_term)",
    ),
    "a form replaced by none that there is": (
        *(FORMS_FILE, 'form = "special_fixed_term"\nfrom_day', 'form = "x"\nfrom_day'),
        "name=general_fixed_term where=replaced_by.form what=(file.there_are what=(file.no_form name=x) known=",
    ),
    "forms that the law makes permanent until different ages": (
        *(FORMS_FILE, "_a_month = 3\nnot_from_age = 69", "_a_month = 3\nnot_from_age = 70"),
        "name=substitute where=conversion.not_from_age what=(form.other_age)",
    ),
    "a limit of a form that the programme has not": (
        *(
            SERVICE_FILE,
            "[internship]",
            '[[form_limits]]\nform = "trainee"\nlongest_months = 3\nsource = {sv = "a", en = "a"}\n\n[internship]',
        ),
        "where=form_limits.0.form what=(file.there_are what=(programme.limited_form form=trainee)",
    ),
    "a programme twice": (
        *(SERVICE_FILE, 'id = "service_division"', 'id = "preparedness_jobs"'),
        "name=preparedness_jobs where=id what=(file.id_taken)",
    ),
    # what is nowhere
    "a form that there is not": (
        SERVICE_FILE,
        '"substitute"]',
        '"substitut"]',
        "name=service_division where=forms what=(file.perhaps what=(file.no_form name=substitut) meant=substitute)",
    ),
    "an event that there is not": (
        SERVICE_FILE,
        '"referral_accepted"',
        '"referral_acepted"',
        "name=service_division where=notices.1.event what=(programme.event_misspelt event=referral_accepted)",
    ),
    "a recipient that there is not": (
        *(PREPAREDNESS_FILE, '"fackforbundet_st"]', '"fackforbundet_ts"]'),
        "where=notices.4.to what=(programme.recipient_misspelt name=fackforbundet_ts recipient=fackforbundet_st)",
    ),
    "a kind of partner that there is not": (
        SERVICE_FILE,
        '"union"]',
        '"unoin"]',
        "name=service_division where=notices.4.to what=(programme.recipient_misspelt name=unoin recipient=union)",
    ),
    "a kind of partner without towns": (
        *(PREPAREDNESS_FILE, '"fackforbundet_st"]', '"union"]'),
        "name=preparedness_jobs where=notices.4.to what=(file.a_kind_without_towns name=union)",
    ),
    "a kind of partner that a town lacks": (
        *(SERVICE_FILE, '"union"]', '"unit"]'),
        "name=service_division where=notices.4.to what=(town.lacks town=Lycksele code=2481 kind=unit)",
    ),
    "a field that no notice tells": (
        *(PARTNERS_FILE, 'kind = "church"', 'kind = "church"\ndiscloses = ["stage", "reason"]'),
        "name=svenska_kyrkan where=discloses what=(partner.discloses name=reason",
    ),
    "a union to consult that there is not": (
        *(SERVICE_FILE, "[[criteria]]", f'{CONSULTATION_OF}unions = ["kommunen"]\n[[criteria]]'),
        "where=union_consultation.unions what=(file.perhaps what=(programme.no_union name=kommunen) meant=kommunal)",
    ),
    "a consultation of nobody": (
        *(PREPAREDNESS_FILE, "[[criteria]]", f"{CONSULTATION_OF}[[criteria]]"),
        "name=preparedness_jobs where=union_consultation.unions what=(programme.nobody_consulted)",
    ),
    "a town that there is not": (
        SERVICE_FILE,
        '"2523"]',
        '"2523", "9999"]',
        "name=service_division where=towns what=(file.there_are what=(file.no_town name=9999) known=2480 (Umeå), ",
    ),
    "a partner of a town that there is not": (
        TOWNS_FILE,
        '"kommunen"',
        '"komunen"',
        "name=2480 where=partners what=(file.perhaps what=(file.no_partner name=komunen) meant=kommunen)",
    ),
    "a coordinator on a town's list": (
        TOWNS_FILE,
        '"kommunen"',
        '"anna.berg"',
        "name=2480 where=partners what=(file.no_partner name=anna.berg)",
    ),
    "a partner twice on a town's list": (
        TOWNS_FILE,
        '"kommunen"',
        '"samhall"',
        "name=2480 where=partners what=(town.partner_twice name=samhall)",
    ),
    "a town twice": (
        TOWNS_FILE,
        'id = "2481"',
        'id = "2480"',
        "name=2480 where=id what=(file.id_twice times=2 key=towns)",
    ),
    "a referring partner that there is not": (
        SERVICE_FILE,
        '"samhall"]',
        '"samhal"]',
        "where=referring_partners what=(file.perhaps what=(file.no_partner name=samhal) meant=samhall)",
    ),
    "a manager by name": (
        SERVICE_FILE,
        "reopen_within_days",
        'manager = "lena.strand"\nreopen_within_days',
        "name=service_division where=manager what=(file.field_unknown)",
    ),
    "a programme that there is not": (
        *(POSITIONS_FILE, '["service_division"]', '["service_divison"]'),
        "name=lasarettet_tray_kitchen where=programmes what=(file.perhaps what=(position.no_programme name=service_div",
    ),
    "a profile that there is not": (
        *(POSITIONS_FILE, 'profile = "transport_service"', 'profile = "transports"'),
        "where=profile what=(file.there_are what=(position.no_profile programme=service_division profile=transports)",
    ),
    # what is no TOML, or another
    "a value missing": (SERVICE_FILE, "reopen_within_days = 90", "reopen_within_days =", "rules.not_toml "),
    "the thirtieth of February": (SERVICE_FILE, "= 2013-01-01", "= 2013-02-30", "rules.not_toml "),
    "a misspelt table": (
        PARTNERS_FILE,
        "[[partners]]",
        "[[partner]]",
        "name=(file.the_whole) where=partner what=(file.other_key key=partners)",
    ),
    "a table where a list should be": (POSITIONS_FILE, "[[positions]]", "[positions]", "rules.not_toml "),
    "forms that are no list": (
        PREPAREDNESS_FILE,
        '["preparedness_job"]',
        '"preparedness_job"',
        "name=preparedness_jobs where=forms what=(file.a_list_of_names)",
    ),
    "a list of lists": (
        PREPAREDNESS_FILE,
        '["preparedness_job"]',
        '[["preparedness_job"]]',
        "name=preparedness_jobs where=forms what=(file.a_list_of_names)",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_file_and_place(programmes: Path, mistake: str) -> None:
    file, old, new, says = MISTAKES[mistake]
    change(programmes, file, old, new)
    told = fault_of(programmes)
    assert told.message.values["file"] == file
    assert says in str(told)


@pytest.mark.parametrize("written", ["partners = 5", 'partners = ["kommunen"]', "partners = {}", "", "[[partners]]"])
def test_a_list_of_something_else_is_told_with_its_file(programmes: Path, written: str) -> None:
    (programmes / PARTNERS_FILE).write_text(written)
    with pytest.raises(UsageError) as caught:
        _ = RuleBook(programmes).programmes
    assert PARTNERS_FILE in said(caught.value.message, "en")


def test_an_empty_file_is_told_as_a_programme_without_fields(programmes: Path) -> None:
    (programmes / "moon_jobs.toml").write_text("")
    told = fault_of(programmes).message
    assert (told.values["file"], told.values["name"]) == ("moon_jobs.toml", THE_WHOLE)


def test_a_file_in_another_encoding_is_told_with_its_name(programmes: Path) -> None:
    (programmes / PARTNERS_FILE).write_bytes((programmes / PARTNERS_FILE).read_text(encoding="utf-8").encode("latin-1"))
    with raises(UsageError, "rules.unreadable", file="partners.toml", why=NOT_UTF_8):
        read_all(programmes)


@pytest.mark.parametrize("file", [PARTNERS_FILE, POSITIONS_FILE, FORMS_FILE])
def test_a_file_that_is_missing_is_told_with_its_name_and_where_it_should_be(programmes: Path, file: str) -> None:
    (programmes / file).unlink()
    missing = Message(id="file.missing")
    with raises(UsageError, "rules.missing", file=file, folder=str(programmes), why=missing):
        read_all(programmes)


@pytest.mark.parametrize("name", ["nothing", "nothing/at/all"])
def test_a_directory_without_programmes_is_told_with_the_setting_that_names_it(tmp_path: Path, name: str) -> None:
    with raises(UsageError, "settings.programmes", folder=str(tmp_path / name)):
        _ = RuleBook(tmp_path / name).programmes


def test_an_unknown_programme_is_answered_with_those_that_there_are(programmes: Path) -> None:
    with raises(UsageError, "programme.unknown", programme="moon_jobs", known=", ".join(FIVE)):
        RuleBook(programmes).programme("moon_jobs")


def test_a_fault_in_one_programme_stops_nobody_who_asks_for_another(programmes: Path) -> None:
    change(programmes, SERVICE_FILE, "reopen_within_days = 90", "reopen_within_days =")
    book = RuleBook(programmes)
    assert book.programme("easy_jobs").id == "easy_jobs"
    assert book.find("moon_jobs") is None
    with raises(UsageError, "rules.not_toml", file="service_division.toml"):
        book.programme("service_division")
    with raises(UsageError, "rules.not_toml", file="service_division.toml"):
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
