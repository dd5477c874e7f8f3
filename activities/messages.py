"""Notices in words, in Swedish and English. What is said is in `wording`; how a mail is laid out, in `templates/`."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from activities.event_wording import WITHOUT_EVALUATION, Wording
from activities.language import Language, said, translator
from activities.letterhead import NO_HEAD, Audience, Contact, Letterhead, Reminded
from activities.pages import person_path
from activities.templating import templates_beside
from activities.wording import (
    ANSWERS,
    AT_THE_DESK,
    BY_LINK,
    LABELS,
    LABELS_OF_THEN,
    REMINDED_WORDING,
    SHARED,
    TO_BE_TOLD,
    wording_of,
)
from models.events.descriptions import agreement_in_words, name_of
from models.message import msg
from models.partners.notice import CORRECTED, NOW, WAS, Notice, field_of
from models.stages import Stage
from models.state.deadlines import deadline_in_words

CODES = frozenset({"position", "form", "step"})
"""Facts that are told by what they are called, where that is known, and otherwise not at all."""

TOGETHER = "candidates"
"""The numbers of all whom a letter tells of, where they may be several."""

OF_ONE = frozenset({"candidate", "programme", "stage", "town"})
"""Facts that hold of one of several candidates alone."""

SEVERAL = msg("notice.several", "{count} candidates")

LOCALES = {"sv": "sv_SE", "en": "en_GB"}
"""How each language writes a day."""

_TEMPLATES = templates_beside(__file__, "templates")


class NoWording(LookupError):
    """There are no words for this kind of event: the wording is older than the event. One sentence."""


@dataclass(frozen=True)
class NoticeInWords:
    """What a letter says of its notice: a heading, sentences, and facts with their labels."""

    subject: str
    heading: str
    told: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True)
class RenderedNotice:
    """A notice in words: a subject of one line, the body in plain text, and the same body as an HTML page."""

    subject: str
    text: str
    html: str


def render(notice: Notice, language: Language, head: Letterhead = NO_HEAD) -> RenderedNotice:
    """Say what has happened, on which day, where the journey is, whom to call and what the recipient may do. Raises
    `NoWording` as `in_words` does."""
    translate, letter = translator(language), in_words(notice, language, head)
    page = {
        "language": language,
        "words": {name: translate(text) for name, text in SHARED.items()},
        "answer": translate(ANSWERS[head.audience]),
        "link": head.link.address if head.link else _page(notice, head),
        "here": _here(head, language),
        "privacy": head.audience is not Audience.COURIER,
        "subject": letter.subject,
        "heading": letter.heading,
        "told": letter.told,
        "rows": letter.rows,
    }
    text, html = (_TEMPLATES.get_template(name).render(page) for name in ("mail.txt.j2", "mail.html.j2"))
    return RenderedNotice(letter.subject, text, html)


def in_words(notice: Notice, language: Language, head: Letterhead = NO_HEAD) -> NoticeInWords:
    """What a letter says of its notice.

    The candidate is a number. Of the details only those are shown that have a label, and of what is a code only what it
    is called. Raises `NoWording` for a kind of event that `event_wording` does not know.
    """
    wording = REMINDED_WORDING if head.reminded else _wording(notice, head.audience)
    if wording is None:
        raise NoWording(f"There is no wording for events of kind {notice.kind}; add it to activities/event_wording.py.")
    translate = translator(language)
    called = {name: one.sv if language == "sv" else one.en for name, one in head.names.items()}
    details = {
        name: _in_words(name, value, language) for name, value in notice.details.items() if field_of(name) not in CODES
    }
    details |= called | {"candidate": notice.candidate} | _reminded(head.reminded, language)
    heading, told = _say(wording, details, language)
    if head.audience is Audience.COURIER:
        heading = translate(TO_BE_TOLD).format(heading=heading)
    several = _several(notice)
    whom = f"{translate(LABELS['candidate']).lower()} {notice.candidate}"
    subject = f"{heading} – {said(SEVERAL.filled(count=several), language) if several else whom}"
    if head.reference is not None:
        subject += f" – {translate(LABELS['reference']).lower()} {head.reference}"
    return NoticeInWords(_one_line(subject), heading, told, _rows(notice, details, head, language))


def _wording(notice: Notice, audience: Audience) -> Wording | None:
    """What is said of the end of an internship or a role, where no evaluation comes next; of the rest as ever."""
    other = notice.stage not in (None, Stage.EVALUATION) and notice.kind in WITHOUT_EVALUATION
    return WITHOUT_EVALUATION[notice.kind] if other else wording_of(notice.kind, notice.details, audience)


def _here(head: Letterhead, language: Language) -> str | None:
    """What stands before a link: what it is for, and until when it counts."""
    if head.link is None:
        return translator(language)(AT_THE_DESK) if head.desk else None
    return translator(language)(BY_LINK[head.audience]).format(until=_day(head.link.until, language))


def _page(notice: Notice, head: Letterhead) -> str | None:
    """Where the desk shows whom the letter is about; of several, where it begins."""
    if head.desk is None:
        return None
    return f"{head.desk}/" if _several(notice) else f"{head.desk}{person_path(notice.journey_id)}"


def _several(notice: Notice) -> int:
    """How many a letter tells of; 0 where it is about one alone."""
    candidates = notice.details.get(TOGETHER, "").split(", ")
    return len(candidates) if len(candidates) > 1 else 0


def unworded(kinds: Iterable[str]) -> list[str]:
    """The kinds of event that there are no words for."""
    return [kind for kind in kinds if wording_of(kind, {}) is None]


def _say(wording: Wording, details: Mapping[str, str], language: Language) -> tuple[str, str]:
    """The heading and the sentences, with the facts where there are all that they need."""
    facts = {"deadline": said(msg("notice.something_to_do", "something that is to be done"), language), **details}
    told = wording.detailed if wording.detailed and _places(wording.detailed) <= set(facts) else wording.told
    translate = translator(language)
    return _one_line(translate(wording.heading).format(**facts)), _one_line(translate(told).format(**facts))


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _rows(notice: Notice, details: Mapping[str, str], head: Letterhead, language: Language) -> list[tuple[str, str]]:
    """The facts of the notice with their labels, and whom to call, in the order of the labels."""
    facts = {**details, "candidate": notice.candidate, "notice_id": str(notice.notice_id)}
    if head.reference is not None:
        facts["reference"] = head.reference
    if head.referred_on is not None:
        facts["referred_on"] = _day(head.referred_on, language)
    if head.contact is not None:
        facts |= _contact(head.contact, language)
    if notice.effective_on is not None:
        # Of a correction it is the day of that: the days that it corrects stand beside it.
        facts["corrected_on" if notice.kind == CORRECTED else "effective_on"] = _day(notice.effective_on, language)
    if notice.stage is not None:
        facts["stage"] = said(notice.stage.in_words, language)
    facts |= _changes(facts, language)
    if head.looks_after is not None:
        facts["looks_after"] = head.looks_after
    left_out = OF_ONE if _several(notice) else frozenset()
    translate, labels = translator(language), LABELS | (LABELS_OF_THEN if head.is_of_then else {})
    shown = ((name, label) for name, label in labels.items() if name in facts and name not in left_out)
    return [(translate(label), _one_line(facts[name])) for name, label in shown]


def changes_in(notice: Notice, language: Language, head: Letterhead = NO_HEAD) -> list[tuple[str, str]]:
    """Of a letter that tells of a correction, only the facts that have changed, with their labels."""
    changed = {field_of(name) for name in notice.details if name != field_of(name)}
    labels = {translator(language)(LABELS[name]) for name in changed & set(LABELS)}
    return [row for row in in_words(notice, language, head).rows if row[0] in labels]


def _contact(contact: Contact, language: Language) -> dict[str, str]:
    """Whom to call or write to, as far as it is known."""
    who = contact.name
    if contact.instead_of is not None:
        stands_in = msg("notice.stands_in", "{name}, who stands in for {absent}", name=who, absent=contact.instead_of)
        who = said(stands_in, language)
    known = {"contact": who, "phone": contact.phone, "email": contact.email}
    return {name: value for name, value in known.items() if value}


def _reminded(reminded: Reminded | None, language: Language) -> dict[str, str]:
    """The letter that is reminded of: by its heading, its day and its number."""
    if reminded is None:
        return {}
    about, day = said(name_of(reminded.kind), language), _day(reminded.on, language)
    return {"letter": about, "letter_on": day, "letter_number": str(reminded.notice_id)}


def _changes(facts: Mapping[str, str], language: Language) -> dict[str, str]:
    """Of a correction, each fact from what it was to what it is; of one that was struck, that it does not hold."""
    names = dict.fromkeys(field_of(name) for name in facts if name != field_of(name))
    gone = said(msg("notice.no_longer", "no longer holds"), language)
    found = {}
    for name in names:
        was, now = facts.get(f"{WAS}{name}"), facts.get(f"{NOW}{name}")
        found[name] = f"{was} → {now or gone}" if was and was != now else str(now)
    return found


def _in_words(name: str, value: str, language: Language) -> str:
    name = field_of(name)
    if name == CORRECTED:
        return said(name_of(value), language)
    if name == "about":
        return said(agreement_in_words(value), language)
    if name == "deadline":
        return said(deadline_in_words(value), language)
    if name != "until" and not name.endswith(("_on", "_by")):
        return value
    try:
        return _day(date.fromisoformat(value), language)
    except ValueError:
        return value


def _day(day: date, language: Language) -> str:
    return format_date(day, "EEEE d MMMM y", locale=LOCALES[language])


def _one_line(text: str) -> str:
    """Runs of white space, line breaks among them, become one space: nothing can start a new line of a mail's head."""
    return " ".join(text.split())
