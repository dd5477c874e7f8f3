"""The catalogue of texts: found in the code, kept with their Swedish. `--check` fails where a text is missing."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po, write_po

import admin
import audit
from activities.language import Language, catalogue_file
from deploy.tools.docs import every_command
from interfaces.cli import parser

ROOT = Path(__file__).resolve().parents[2]

WHERE = ("models", "activities", "workflows", "runtime", "services", "auditing", "interfaces")

SCRIPTS = ("admin.py", "audit.py", "worker.py")

KEYWORDS: dict[str, Any] = {"msg": ((1, "c"), 2), "N_": None, "_": None}
"""Calls whose first argument is a text; that of `msg` is an id, the context of the text that comes second."""

METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext.babel_extract")]

PLACE = re.compile(r"\{(\w+)\}|%\((\w+)\)s")
"""Where a value stands in a text of the code or of a template."""


def found() -> Catalog:
    """The texts of the code and of the templates, each with the files that it is in."""
    catalogue = Catalog(charset="utf-8")
    options = {"**.j2": {"trimmed": "true", "silent": "false"}}
    for folder in WHERE:
        for _, _, text, comments, context in extract_from_dir(ROOT / folder, METHODS, options, KEYWORDS):
            catalogue.add(text, auto_comments=comments, context=context)
    for text in help_texts():
        catalogue.add(text)
    for script in SCRIPTS:
        for _, text, comments, context in extract_from_file("python", ROOT / script, KEYWORDS):
            catalogue.add(text, auto_comments=comments, context=context)
    return catalogue


def help_texts() -> Iterator[str]:
    """What the help pages of the scripts say, paragraph by paragraph, and what the parser says by itself."""
    yield from parser.TEXTS
    for script in (admin.app, audit.app):
        for _words, command in every_command(script):
            for text in (command.help, *(getattr(parameter, "help", None) for parameter in command.params)):
                yield from parser.paragraphs(text or "")


def known(language: Language) -> Catalog:
    """The texts that have been translated, as the file has them."""
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(locale=language, charset="utf-8")
    with file.open("rb") as text:
        return read_po(text, locale=language)


def faults(language: Language) -> Iterator[str]:
    """What keeps the catalogue from saying everything."""
    wanted, has = found(), known(language)
    for message in wanted:
        if not message.id:
            continue
        translated = has.get(message.id, message.context)
        if translated is None or not translated.string or translated.fuzzy:
            yield f"no text in {language} for: {message.id}"
        elif _places(str(translated.string)) != _places(str(message.id)):
            yield f"other values in {language} than in: {message.id}"
    yield from (
        f"no longer said: {message.id}"
        for message in has
        if message.id and wanted.get(message.id, message.context) is None
    )


def _places(text: str) -> set[str]:
    return {one or other for one, other in PLACE.findall(text)}


def update(language: Language) -> str:
    """The file with today's texts: those that are new without a translation, those no longer said left out."""
    catalogue = known(language)
    catalogue.update(found(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    out = BytesIO()
    write_po(out, catalogue, width=0, omit_header=True, sort_output=True, no_location=True)
    return out.getvalue().decode()


def main() -> int:
    """Bring the catalogue up to date, or, with --check, say what is missing; exit status 1 then."""
    if "--check" not in sys.argv:
        catalogue_file("sv").write_text(update("sv"), encoding="utf-8")
    missing = list(faults("sv"))
    for fault in missing:
        sys.stderr.write(fault + "\n")
    if missing:
        sys.stderr.write(f"{catalogue_file('sv').name} is not complete; run: make catalogue, and translate.\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
