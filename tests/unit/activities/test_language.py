"""Everything that is said is said in both languages."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from activities import language, translations
from activities.language import counted, said, translator
from deploy.tools import catalogue
from models.events.descriptions import name_of
from models.fields import BothLanguages
from models.message import DEEPEST, Message, plain
from models.stages import EndReason, Stage


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """A tree with one message, `the.id`, and one text."""
    for folder in catalogue.WHERE:
        (tmp_path / folder).mkdir(parents=True)
    for script in catalogue.SCRIPTS:
        (tmp_path / script).touch()
    (tmp_path / "models" / "rule.py").write_text('msg("the.id", "from {first}", first=1)\n')
    (tmp_path / "interfaces" / "page.py").write_text('_("Name")\n')
    return tmp_path


MESSAGE = '#. values: first\nmsgctxt "the.id"\nmsgid "from {first}"\nmsgstr "från {first}"\n\n'
TEXT = 'msgid "Name"\nmsgstr "Namn"\n\n'


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        (MESSAGE, "no Swedish for: Name"),
        (MESSAGE + 'msgid "Name"\nmsgstr ""\n', "no Swedish for: Name"),
        (MESSAGE + '#, fuzzy\nmsgid "Name"\nmsgstr "Namn"\n', "no Swedish for: Name"),
        (MESSAGE + TEXT + 'msgid "Good morning."\nmsgstr "God morgon."\n', "no longer said: Good morning."),
        (TEXT, "no Swedish for: the.id"),
        (TEXT + MESSAGE.replace("från {first}", "från {last}"), "other values in Swedish than in English: the.id"),
        (TEXT + MESSAGE.replace("from {first}", "since {first}"), "the sentence was reworded: the.id"),
        (
            TEXT + MESSAGE.replace("values: first", "values: last"),
            "other values than old rows hold, so another id is needed: the.id",
        ),
        (TEXT + MESSAGE + MESSAGE.replace("the.id", "an.old.id"), "an id was dropped: an.old.id"),
    ],
)
def test_a_text_that_is_missing_or_wrong_is_named(code: Path, file: str, fault: str) -> None:
    (code / "sv.po").write_text(file, encoding="utf-8")
    assert list(catalogue.faults(code, code / "sv.po")) == [fault, *([] if "reworded" not in fault else [NO_SWEDISH])]


NO_SWEDISH = "no Swedish for: the.id"


def test_one_id_for_two_sentences_is_named(code: Path) -> None:
    (code / "models" / "other.py").write_text('msg("the.id", "until {first}", first=1)\n')
    (code / "sv.po").write_text(TEXT + MESSAGE, encoding="utf-8")
    assert "one id for two sentences: the.id" in list(catalogue.faults(code, code / "sv.po"))


def test_a_message_that_is_no_longer_said_is_kept_as_retired_and_a_text_is_not(code: Path) -> None:
    file = code / "sv.po"
    file.write_text(TEXT + MESSAGE, encoding="utf-8")
    (code / "models" / "rule.py").write_text("")
    (code / "interfaces" / "page.py").write_text("")
    file.write_text(catalogue.update(code, file), encoding="utf-8")
    assert "retired" in file.read_text("utf-8")
    assert "the.id" in file.read_text("utf-8")
    assert "Namn" not in file.read_text("utf-8")
    assert list(catalogue.faults(code, file)) == []


def test_a_reworded_message_keeps_its_swedish_to_be_looked_at(code: Path) -> None:
    file = code / "sv.po"
    file.write_text(TEXT + MESSAGE, encoding="utf-8")
    (code / "models" / "rule.py").write_text('msg("the.id", "since {first}", first=1)\n')
    file.write_text(catalogue.update(code, file), encoding="utf-8")
    assert 'msgid "since {first}"\nmsgstr "från {first}"' in file.read_text("utf-8")
    assert list(catalogue.faults(code, file)) == ["no Swedish for: the.id"]


def test_a_message_is_said_with_its_values_in_either_language() -> None:
    form = BothLanguages(sv="vikariat", en="substitute post")
    message = ONE_DECISION.filled(form=form)
    assert said(message, "sv") == "Ett beslut om vikariat"
    assert said(message, "en") == "One decision on substitute post"


ONE_DECISION = Message(id="the_decision_is_short_enough.one")


def test_messages_within_a_message_are_said_in_the_same_language() -> None:
    inner = Message(id="possible_in_this_stage.other_stage").filled(kind=name_of("paused"), stage=Stage.INTERNSHIP)
    assert said(inner, "sv").startswith("paus kan inte registreras i steget praktik.")
    assert said(inner, "en").startswith("pause is not possible in the stage internship.")
    assert said(plain("{text}").filled(text=inner), "sv") == said(inner, "sv")


def test_several_values_are_said_with_commas_between() -> None:
    assert said(plain("").filled(text=[Stage.INTERNSHIP, "x"]), "sv") == "praktik, x"


def test_a_message_comes_back_from_json_as_it_was() -> None:
    form = BothLanguages(sv="vikariat", en="substitute post")
    message = ONE_DECISION.filled(form=form, bounds=[plain("a"), "b"])
    assert Message.model_validate_json(message.model_dump_json()) == message


def test_a_reworded_sentence_shows_its_new_words_for_what_was_kept_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = ONE_DECISION.filled(form="vikariat").model_dump_json()
    text = translations.CATALOGUE.read_text("utf-8")
    (tmp_path / "reworded.po").write_text(
        text.replace("One decision on {form}", "A decision about {form}").replace(
            "Ett beslut om {form}", "Beslut: {form}"
        )
    )
    monkeypatch.setattr(translations, "CATALOGUE", tmp_path / "reworded.po")
    assert said(Message.model_validate_json(kept), "en") == "A decision about vikariat"
    assert said(Message.model_validate_json(kept), "sv") == "Beslut: vikariat"


def test_the_catalogue_is_read_as_the_library_reads_it() -> None:
    found = translations.read(translations.CATALOGUE)
    for entry in catalogue.known():
        if isinstance(entry.id, tuple):
            assert found.counted[str(entry.id[0])] == entry.string
        elif entry.context:
            assert found.messages[entry.context] == (entry.id, entry.string)
        elif entry.id:
            assert found.swedish[str(entry.id)] == entry.string
    assert len(found.counted) + len(found.messages) + len(found.swedish) == len(catalogue.known())


def test_a_message_of_another_version_is_said_by_its_id_and_one_without_a_value_with_a_dash() -> None:
    assert (
        said(Message(id="of.another_version", values={"day": "2026-03-01"}), "sv")
        == "of.another_version day=2026-03-01"
    )
    assert said(ONE_DECISION, "sv") == "Ett beslut om –"


def test_a_message_within_itself_takes_no_more_than_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these says the one within it twice: said to the end, the outermost would have 2^16 times its length."""
    monkeypatch.setattr(language, "sentence", lambda _id, _language: "{all} and {all}")
    message = plain("X" * 100)
    for _ in range(DEEPEST - 1):
        message = Message(id="twice", values={"all": message})
    assert len(said(message, "en")) <= language.LONGEST + 1
    with pytest.raises(ValidationError):
        Message(id="twice", values={"all": message})
    several = Message(id="twice", values={"all": ("Y" * 10_000,) * 1_000})
    assert len(said(several, "sv")) <= language.LONGEST + 1


def test_a_value_is_no_place_for_another() -> None:
    assert said(plain("").filled(text="{name}", name="x"), "sv") == "{name}"


@pytest.mark.parametrize("name", [*Stage, *EndReason])
def test_stages_and_reasons_have_names_in_both_languages(name: Stage | EndReason) -> None:
    assert said(name.in_words, "sv") != said(name.in_words, "en")


def test_an_unknown_text_stays_english() -> None:
    assert translator("sv")("Never said before.") == "Never said before."


@pytest.mark.parametrize(
    ("of", "count", "says"),
    [
        ("en", 0, "0 differences found"),
        ("en", 1, "1 difference found"),
        ("en", 2, "2 differences found"),
        ("sv", 0, "0 skillnader funna"),
        ("sv", 1, "1 skillnad funnen"),
        ("sv", 2, "2 skillnader funna"),
    ],
)
def test_a_count_is_said_in_the_form_for_so_many(of: language.Language, count: int, says: str) -> None:
    assert counted(of, "{count} difference found", "{count} differences found", count) == says


@pytest.mark.parametrize(
    ("swedish", "fault"),
    [
        (("{count} dag", "{count} dagar"), []),
        (("{count} dag", ""), ["no Swedish for: {count} day"]),
        (("", ""), ["no Swedish for: {count} day"]),
        (("en dag", "{count} dagar"), ["other values in Swedish than in English: {count} day"]),
    ],
)
def test_both_forms_of_a_count_need_their_swedish(code: Path, swedish: tuple[str, str], fault: list[str]) -> None:
    (code / "interfaces" / "page.py").write_text('_("Name")\n_n("{count} day", "{count} days", 3)\n')
    forms = 'msgid "{count} day"\nmsgid_plural "{count} days"\n' + "".join(
        f'msgstr[{number}] "{form}"\n' for number, form in enumerate(swedish)
    )
    (code / "sv.po").write_text(TEXT + MESSAGE + forms, encoding="utf-8")
    assert list(catalogue.faults(code, code / "sv.po")) == fault
    (code / "sv.po").write_text(catalogue.update(code, code / "sv.po"), encoding="utf-8")
    assert list(catalogue.faults(code, code / "sv.po")) == fault
