"""The catalogue of texts: found in the code, kept with their Swedish. `--check` fails where a text is missing.

A message has an id, which is its entry's context. Old rows are shown by it: the entry is never dropped, only marked as
retired, and never given to a sentence with other values.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import typer
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

import admin
import audit
import worker
from activities.translations import CATALOGUE
from deploy.tools.docs import every_command
from deploy.tools.rules_page import every_rule
from interfaces.cli import parser

ROOT = Path(__file__).resolve().parents[2]

WHERE = ("models", "activities", "workflows", "runtime", "services", "auditing", "interfaces")

SCRIPTS = ("admin.py", "audit.py", "worker.py")

ERRORS = (
    "UsageError",
    "Refused",
    "ServiceUnavailable",
    "NotSignedIn",
    "ImportFileError",
    "HeadingsUnsure",
    "BadValue",
    "CannotRestore",
    "RowLost",
    "NothingToRepair",
    "LinkGone",
    "AnsweredBefore",
    "TellsTooMuch",
    "NotAMessage",
    "NotAnEvent",
    "NotForPartners",
    "NoSuchJourney",
    "SeveralJourneys",
    "MessageIdUsed",
)

FINDINGS = ("finding_of", "_differs", "_debatable")

KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("msg", *ERRORS, *FINDINGS), ((1, "c"), 2)),
    **{"N_": None, "_": None, "_n": (1, 2), "counted": (2, 3)},
}
"""Calls with the place of the text: of a message its id comes first, of a count there are a singular and a plural."""

METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext.babel_extract")]

PLACE = re.compile(r"\{(\w+)\}|%\((\w+)\)s")
"""Where a value stands in a text of the code or of a template."""

RETIRED = "retired"
"""Flag of a message that is no longer said: rows that were kept with its id are still shown by it."""

VALUES = "values: "
"""Begins the comment that tells the values of a message: those that old rows hold."""


Text = str | tuple[str, ...]
"""A text, or its singular and its plural."""


def found(root: Path = ROOT) -> tuple[Catalog, list[str]]:
    """The texts of the code and of the templates; and the ids that were given to two texts."""
    catalogue, twice = Catalog(charset="utf-8"), []
    texts: dict[str, Text] = {}
    for text, comments, context in _extracted(root):
        if context and texts.setdefault(context, text) != text:
            twice.append(f"one id for two sentences: {context}")
        catalogue.add(text, auto_comments=comments, context=context or None)
    return catalogue, twice


def _extracted(root: Path) -> Iterator[tuple[Text, list[str], str | None]]:
    options = {"**.j2": {"trimmed": "true", "silent": "false"}}
    for folder in WHERE:
        for _, _, text, comments, context in extract_from_dir(root / folder, METHODS, options, KEYWORDS):
            yield text, comments, context
    for script in SCRIPTS:
        for _, text, comments, context in extract_from_file("python", root / script, KEYWORDS):
            yield text, comments, context
    if root == ROOT:
        yield from ((text, [], None) for text in help_texts())
        yield from ((rule.says, [], rule.in_words.id) for rule in every_rule())


def help_texts() -> Iterator[str]:
    """What the help pages of the scripts say, paragraph by paragraph, and what the parser says by itself."""
    yield from parser.TEXTS
    alone = typer.Typer(add_completion=False)
    alone.command()(worker.main)
    for script in (admin.app, audit.app, alone):
        for _words, command in every_command(script):
            for text in (command.help, *(getattr(parameter, "help", None) for parameter in command.params)):
                yield from filter(None, parser.paragraphs(text or ""))


def known(file: Path = CATALOGUE) -> Catalog:
    """The texts that have been translated, as the file has them."""
    with file.open("rb") as text:
        return read_po(text, locale="sv")


def faults(root: Path = ROOT, file: Path = CATALOGUE) -> Iterator[str]:
    """What keeps the catalogue from saying everything."""
    (wanted, twice), has = found(root), known(file)
    yield from twice
    ids = {message.context: str(message.id) for message in wanted if message.context}
    for message in has:
        if message.context in ids and message.id != ids[message.context]:
            yield f"the sentence was reworded: {message.context}"
        elif message.context and message.context not in ids and RETIRED not in message.flags:
            yield f"an id was dropped: {message.context}"
        elif message.id and not message.context and wanted.get(message.id) is None:
            yield f"no longer said: {_forms(message.id)[0]}"
    for message in wanted:
        if message.id:
            yield from _faults_of(message, has.get(message.id, context=message.context))


def _faults_of(wanted: Message, has: Message | None) -> Iterator[str]:
    name = wanted.context or _forms(wanted.id)[0]
    if has is None or has.fuzzy or not all(_forms(has.string)):
        yield f"no Swedish for: {name}"
    elif any(_places(form) != _places(_forms(wanted.id)[-1]) for form in _forms(has.string)):
        yield f"other values in Swedish than in English: {name}"
    elif wanted.context and not _places(str(wanted.id)) <= _recorded(has):
        yield f"other values than old rows hold, so another id is needed: {name}"


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text or "",) if isinstance(text, str | None) else text


def _places(text: str) -> set[str]:
    return {one or other for one, other in PLACE.findall(text)}


def _recorded(message: Message) -> set[str]:
    """The values that the first sentence of a message had."""
    told = [comment.removeprefix(VALUES) for comment in message.auto_comments if comment.startswith(VALUES)]
    return {value for one in told for value in one.split(", ")}


def update(root: Path = ROOT, file: Path = CATALOGUE) -> str:
    """The file with today's texts: new ones without a translation, reworded messages to be looked at, messages that are
    no longer said marked as retired, other texts that are no longer said left out."""
    (wanted, _), has = found(root), known(file)
    new = Catalog(locale="sv", charset="utf-8")
    by_id = {message.context: message for message in has if message.context}
    for message in wanted:
        if not message.id:
            continue
        before = by_id.pop(message.context, None) if message.context else has.get(message.id)
        flags = set() if before is None else set(before.flags) - {RETIRED}
        if before is not None and before.id != message.id:
            flags.add("fuzzy")
        values = sorted(_places(str(message.id)))
        recorded = before.auto_comments if before is not None else []
        comments = recorded or ([VALUES + ", ".join(values)] if values else [])
        new.add(
            message.id,
            string=before.string if before is not None else "",
            flags=flags,
            auto_comments=comments if message.context else (),
            user_comments=before.user_comments if before is not None else (),
            context=message.context,
        )
    for context, message in by_id.items():
        flags, comments = {*message.flags, RETIRED}, message.auto_comments
        new.add(message.id, string=message.string, flags=flags, auto_comments=comments, context=context)
    out = BytesIO()
    write_po(out, new, width=0, omit_header=True, sort_output=True, no_location=True)
    return out.getvalue().decode()


def main() -> int:
    """Bring the catalogue up to date, or, with --check, say what is missing; exit status 1 then."""
    if "--check" not in sys.argv:
        CATALOGUE.write_text(update(), encoding="utf-8")
    missing = list(faults())
    for fault in missing:
        sys.stderr.write(fault + "\n")
    if missing:
        sys.stderr.write(f"{CATALOGUE.name} is not complete; run: make catalogue, and translate.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
