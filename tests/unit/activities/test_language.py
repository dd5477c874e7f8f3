"""Everything that is said is said in both languages."""

from pathlib import Path

import pytest

from activities import language
from activities.language import said, translator
from deploy.tools import catalogue
from models.fields import BothLanguages
from models.message import Message, msg
from models.stages import EndReason, Stage


def test_every_text_has_its_swedish() -> None:
    assert list(catalogue.faults("sv")) == []


def test_the_file_is_as_the_update_would_write_it() -> None:
    assert language.catalogue_file("sv").read_text(encoding="utf-8") == catalogue.update("sv")


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        ("", "no text in sv for: An internship"),
        ('msgid "An internship"\nmsgstr ""\n', "no text in sv for: An internship"),
        ('#, fuzzy\nmsgid "An internship"\nmsgstr "En praktik"\n', "no text in sv for: An internship"),
        ('msgid "from {first}"\nmsgstr "från {last}"\n', "other values in sv than in: from {first}"),
        ('msgid "Good morning."\nmsgstr "God morgon."\n', "no longer said: Good morning."),
    ],
)
def test_a_text_that_is_missing_or_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, fault: str
) -> None:
    (tmp_path / "sv.po").write_text(file, encoding="utf-8")
    monkeypatch.setattr(catalogue, "catalogue_file", lambda of: tmp_path / f"{of}.po")
    assert fault in list(catalogue.faults("sv"))
    monkeypatch.setattr("sys.argv", ["catalogue", "--check"])
    assert catalogue.main() == 1


def test_a_sentence_is_said_with_its_values_in_either_language() -> None:
    form = BothLanguages(sv="vikariat", en="substitute post")
    sentence = msg("rule.the_decision_is_short_enough.decision", "One decision on {form}", form=form)
    assert said(sentence, "sv") == "Ett beslut om vikariat"
    assert said(sentence, "en") == str(sentence) == "One decision on substitute post"


def test_a_sentence_in_a_sentence_and_a_stage_are_said_in_the_same_language() -> None:
    inner = msg(
        "rule.possible_in_this_stage.impossible",
        "{kind} is not possible in the stage {stage}; record what is possible now, or correct.",
        kind="paused",
        stage=Stage.INTERNSHIP,
    )
    assert said(inner, "sv").startswith("paused är inte möjligt i steget praktik;")
    assert str(inner).startswith("paused is not possible in the stage internship;")
    outer = Message(text="{why}", values={"why": inner})
    assert said(outer, "sv") == said(inner, "sv")


def test_a_sentence_comes_back_from_json_as_it_was() -> None:
    inner = msg("bounds.from", "from {first}", first="2022-10-01")
    form = BothLanguages(sv="vikariat", en="substitute post")
    sentence = msg("test.open", "{form} is open {bounds}", form=form, bounds=inner)
    assert Message.model_validate_json(sentence.model_dump_json()) == sentence


def test_a_value_is_no_place_for_another() -> None:
    assert said(msg("test.name", "{role} {name}", role="{name}", name="x"), "sv") == "{name} x"


@pytest.mark.parametrize("name", [*Stage, *EndReason])
def test_stages_and_reasons_have_names_in_both_languages(name: Stage | EndReason) -> None:
    assert said(name.in_words, "sv") != said(name.in_words, "en")


def test_an_unknown_text_stays_english() -> None:
    assert translator("sv")("Never said before.") == "Never said before."
