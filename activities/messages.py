"""Notices in words, in Swedish and English. The wording is in `templates/`; here it is only put together."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from models.partner import Notice

Language = Literal["sv", "en"]

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    # The wording itself is plain text: were it marked as safe, the HTML layout would let through what it holds.
    autoescape=select_autoescape(("html.j2",), default_for_string=False),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class NoWording(LookupError):
    """There are no words for this kind of event: the templates are older than the event. One sentence."""


@dataclass(frozen=True)
class Message:
    """A notice in words: a subject of one line, the body in plain text, and the same body as an HTML page."""

    subject: str
    text: str
    html: str


def render(notice: Notice, language: Language) -> Message:
    """Say what has happened, on which day, where the journey is, and what the recipient may do.

    Names nobody: the candidate is a number, and of the details only those that `words.j2` has a label for are shown.
    Raises `NoWording` for a kind of event that `kinds.j2` does not know.
    """
    words: Any = _TEMPLATES.get_template(f"{language}/words.j2").module
    details = {name: _in_words(name, value, words) for name, value in notice.details.items()}
    if "deadline" in notice.details:
        details["deadline_name"] = notice.details["deadline"]  # without a label, so only the wording sees it
    heading, told = _say(notice.kind, details, language)
    page = {
        "language": language,
        "words": words,
        "subject": _one_line(f"{heading} – {words.labels['candidate'].lower()} {notice.candidate}"),
        "heading": heading,
        "told": told,
        "rows": _rows(notice, details, words),
    }
    text, html = (_TEMPLATES.get_template(name).render(page) for name in ("mail.txt.j2", "mail.html.j2"))
    return Message(str(page["subject"]), text, html)


def _say(kind: str, details: dict[str, str], language: Language) -> tuple[str, str]:
    """The heading and the sentences for a kind of event: the first line of its macro, and the rest."""
    macro = getattr(_TEMPLATES.get_template(f"{language}/kinds.j2").module, kind, None)
    if macro is None or kind.startswith("_"):
        raise NoWording(f"There is no wording for events of kind {kind} in {language}; add it to the templates.")
    heading, _, told = str(macro(details)).strip().partition("\n")
    return heading, _one_line(told)


def _rows(notice: Notice, details: dict[str, str], words: Any) -> list[tuple[str, str]]:
    """The facts of the notice with their labels, in the order of the labels."""
    facts = {
        **details,
        "candidate": notice.candidate,
        "programme": notice.programme,
        "effective_on": _day(notice.effective_on, words),
        "notice_id": str(notice.notice_id),
    }
    if notice.stage is not None:
        facts["stage"] = words.stages[notice.stage.value]
    return [(label, _one_line(facts[name])) for name, label in words.labels.items() if name in facts]


def _in_words(name: str, value: str, words: Any) -> str:
    if name == "deadline":
        return str(words.deadline(value)).strip()
    if not name.endswith("_on"):
        return value
    try:
        return _day(date.fromisoformat(value), words)
    except ValueError:
        return value


def _day(day: date, words: Any) -> str:
    return f"{day.day} {words.months[day.month - 1]} {day.year}"


def _one_line(text: str) -> str:
    """Runs of white space, line breaks among them, become one space: nothing can start a new line of a mail's head."""
    return " ".join(text.split())
