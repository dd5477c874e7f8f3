"""What the texts of the product may say, and what of typer's a reader meets in their own language."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from typer.main import get_command
from typer.testing import CliRunner

import admin
import audit
from activities.language import Language
from deploy.tools.catalogue import ERRORS, KEYWORDS, ROOT, WHERE, help_texts, known
from deploy.tools.docs import every_command
from interfaces.cli.hints import HINTS
from interfaces.cli.output import journeys
from interfaces.cli.parser import fault_in_words
from models.projections.open_items import OpenItem
from models.rules.registry import RULES
from runtime.i18n import as_source, using_language
from tests.support.languages import english_in

COMMAND = re.compile(r"\b(admin|audit|worker)\.py\b|(^|[\s(\"'])--[a-z]")

PRIVATE_ENGLISH = re.compile(
    r"\bmend\b|\b(is|are) no\b|whoever|leave \w+ away|there is no such|of then\b|has not come yet|unforeseen", re.I
)

SCRIPTS = {"admin.py": admin.app, "audit.py": audit.app}


@cache
def texts_of(folder: str) -> list[tuple[str, str, str]]:
    return [
        (f"{folder}/{file}", id or "", text if isinstance(text, str) else text[0])
        for file, _line, text, _comments, id in extract_from_dir(ROOT / folder, [("**.py", "python")], {}, KEYWORDS)
    ]


def texts(*folders: str) -> Iterator[tuple[str, str, str]]:
    """Each text of these folders' code: the file, the id, the English."""
    return chain.from_iterable(map(texts_of, folders))


def test_no_text_below_the_interface_names_a_command_or_an_option() -> None:
    assert [found for found in texts("runtime", "services", "auditing") if COMMAND.search(found[2])] == []


def test_every_hint_belongs_to_a_message() -> None:
    ids = {
        id
        for _file, id, _text in texts(
            "interfaces", "models", "activities", "runtime", "services", "auditing", "workflows"
        )
    }
    ids |= {id or "" for _line, _text, _comments, id in extract_from_file("python", ROOT / "worker.py", KEYWORDS)}
    assert HINTS.keys() - ids == set()


def test_the_extractor_knows_every_class_of_error() -> None:
    files = (file for folder in WHERE for file in (ROOT / folder).rglob("*.py"))
    errors = re.compile(rf"^class (\w+)\((?:UserError|{'|'.join(ERRORS)})\b", re.M)
    assert {name for file in files for name in errors.findall(file.read_text("utf-8"))} == set(ERRORS)


def test_the_texts_are_in_the_english_of_the_field() -> None:
    said = [*texts("interfaces", "runtime", "services"), *(("help", "", text) for text in help_texts())]
    wrong = [found for found in said if PRIVATE_ENGLISH.search(found[2]) or re.search(r"\w; ", found[2])]
    assert wrong == []


def test_a_message_that_begins_as_a_sentence_ends_as_one() -> None:
    messages = [found for found in texts("interfaces", "runtime", "services") if found[1] and found[2][0].isupper()]
    assert [one for one in messages if not one[2].endswith((".", "}", "?"))] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_help_page_is_in_swedish(script: str) -> None:
    app, runner = SCRIPTS[script], CliRunner(env={"HELAVAGEN_LANG": "sv", "COLUMNS": "100"})
    shown = [runner.invoke(app, [*words, "--help"], prog_name=script) for words, _command in every_command(app)]
    assert [page.output for page in shown if page.exit_code or english_in(page.output)] == []


MISTYPED = {
    "todya": ("Kommandot todya är okänt. Menade du today?", "Unknown command todya. Did you mean today?"),
    "xyzzy": ("Kommandot xyzzy är okänt.", "Unknown command xyzzy."),
    "show": ("Argumentet candidate saknas.", "The argument candidate is missing."),
    "list --limt 1": ("Flaggan --limt är okänd. Menade du --limit?", None),
    "list --xyzzy": ("Flaggan --xyzzy är okänd.", "Unknown option --xyzzy."),
    "list --limit": ("Flaggan --limit behöver ett värde.", "The option --limit needs a value."),
    "list --json=1": ("Flaggan --json tar inget värde.", "The option --json takes no value."),
    "list --limit x": ("--limit ska vara ett heltal.", "--limit must be a whole number."),
    "list --limit 0": ("--limit ska vara minst 1.", "--limit must be at least 1."),
    "list a b": ("Oväntat argument: a b.", "Unexpected argument: a b."),
    "certificate K7Q29FMXB": ("Flaggan --because saknas.", "The option --because is missing."),
}


@pytest.mark.parametrize("typed", MISTYPED)
def test_what_was_typed_wrongly_is_said_in_either_language(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    swedish, english = MISTYPED[typed]
    told = CliRunner().invoke(admin.app, typed.split(), standalone_mode=False).exception
    assert told is not None
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    assert fault_in_words(told.format_message()) == swedish  # type: ignore[attr-defined]
    monkeypatch.setenv("HELAVAGEN_LANG", "en")
    assert english is None or fault_in_words(told.format_message()) == english  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", audit.OPERATORS)
def test_a_command_of_operators_is_pointed_to(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = CliRunner().invoke(audit.app, [command, "--json"], standalone_mode=False).exception
    assert told is not None
    monkeypatch.setenv("HELAVAGEN_LANG", "sv")
    said = fault_in_words(told.format_message())  # type: ignore[attr-defined]
    assert said == f"Kommandot {command} finns i admin.py, för driftansvariga."
    assert (command,) in [words for words, _command in every_command(admin.app)]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_lists_the_commands_that_its_modules_have(script: str) -> None:
    group = get_command(SCRIPTS[script])
    assert all(help for _name, help in group.helps())  # type: ignore[attr-defined]
    for name in group.list_commands(None):  # type: ignore[attr-defined]
        assert group.get_command(None, name).name == name  # type: ignore[attr-defined]


def test_every_text_has_its_swedish_and_no_swedish_is_the_english() -> None:
    same = [one.id for one in known() if one.id and one.id == one.string and english_in(str(one.id))]
    assert same == []


def test_the_modules_of_commands_that_only_read_leave_temporal_alone() -> None:
    reading = ("lists", "showing", "programmes", "positions", "training", "audit_checkpoint")
    for module in reading:
        source = (Path(ROOT) / f"interfaces/cli/commands/{module}.py").read_text("utf-8")
        assert "temporal" not in source


@pytest.mark.parametrize("spoken", ["sv", "en"])
def test_no_source_of_a_rule_is_shown_as_a_folder_of_the_code(spoken: Language) -> None:
    with using_language(spoken):
        shown = {as_source(rule.source) for rule in RULES.values()}
    assert not [one for one in shown if "/" in one or "_" in one]


def test_what_waits_in_the_same_words_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    day = date(2026, 11, 30)
    items = [OpenItem(item=f"question {number}", what="question", of_whom="coordinator", since=day) for number in "123"]
    journeys.items(items, day)
    [line] = capsys.readouterr().out.splitlines()
    assert line.endswith("(3 of them)")
