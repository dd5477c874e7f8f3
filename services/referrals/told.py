"""What became of a list of referrals, as people read it."""

from collections import Counter

from runtime.i18n import _, _n, translate
from services.days import in_full
from services.identities.contact import FIELDS
from services.names import Names
from services.recording.field_names import field_name
from services.referrals.importer import Became, ImportResult, Outcome
from services.referrals.rows import ImportRow

READ = ("referred_on", "coordinator", "site", "referring_partner", "programme")
"""What a row may say in many ways, so that it is shown as what it was read."""


def changed_in_words(outcome: Outcome) -> str:
    """The fields of a person that a referral changed."""
    return ", ".join(translate(FIELDS[name]) for name in outcome.changed)


def became_in_words(outcome: Outcome, *, was_sent: bool = True) -> str:
    """What became of a row, or would become of it, with what it changes."""
    became = translate(outcome.became.in_words) if was_sent else _foreseen(outcome.became)
    return f"{became}: {changed_in_words(outcome)}" if outcome.changed else became


def numbers_in(result: ImportResult) -> list[tuple[str, ...]]:
    """Which number the person of each row has, under the titles."""
    what = _("what became of it") if result.was_sent else _("what it leads to")
    titles = (_("row"), _("name"), _("number"), what)
    rows = (
        (str(one.line), one.name, one.candidate or "", became_in_words(one, was_sent=result.was_sent))
        for one in result.outcomes
    )
    return [titles, *rows]


def foreseen_in(result: ImportResult, names: Names) -> list[tuple[str, ...]]:
    """What each row leads to, with what it was read as where not all rows say the same, under the titles."""
    titles, *rows = numbers_in(result)
    read = {str(one.line): one.row for one in result.outcomes if one.row}
    differing = [name for name in READ if len({getattr(row, name) for row in read.values()}) > 1]
    if not differing:
        return [titles, *rows]
    return [
        (*titles, _("read as")),
        *(
            (*row, ", ".join(_read(read[row[0]], name, names) for name in differing) if row[0] in read else "")
            for row in rows
        ),
    ]


def same_in(result: ImportResult, names: Names) -> list[str]:
    """What all rows of a list were read as, each with what it is."""
    rows = [one.row for one in result.outcomes if one.row]
    same = [name for name in READ if len({getattr(row, name) for row in rows}) == 1]
    return [f"{translate(field_name(name))} {_read(rows[0], name, names)}" for name in same]


def _read(row: ImportRow, name: str, names: Names) -> str:
    return in_full(row.referred_on) if name == "referred_on" else names(name, getattr(row, name)) or getattr(row, name)


def told_in(result: ImportResult) -> str:
    """Who would be told of a list's referrals, and how often; empty where nobody would."""
    told = Counter(name for one in result.outcomes for name in one.told)
    return ", ".join(f"{name} ({count})" for name, count in told.items())


def counted(result: ImportResult) -> str:
    """Of how many rows what became."""
    found = [(became, len(result.lines(became))) for became in Became]
    in_words = _done if result.was_sent else _coming
    return ", ".join(in_words(became, count) for became, count in found if count) or _("no rows")


def _done(became: Became, count: int) -> str:
    """That so much became of so many rows."""
    match became:
        case Became.STARTED:
            return _n("{count} started", "{count} started", count)
        case Became.AGAIN:
            return _n("{count} started again", "{count} started again", count)
        case Became.SAME:
            return _n("{count} known already", "{count} known already", count)
        case Became.CHANGED:
            return _n("{count} changed", "{count} changed", count)
        case Became.TO_PUT_RIGHT:
            return _n("{count} to put right", "{count} to put right", count)


def _coming(became: Became, count: int) -> str:
    """That so much would become of so many rows."""
    match became:
        case Became.STARTED:
            return _n("{count} starts", "{count} start", count)
        case Became.AGAIN:
            return _n("{count} starts again", "{count} start again", count)
        case Became.CHANGED:
            return _n("{count} is changed", "{count} are changed", count)
        case _:
            return _done(became, count)


def _foreseen(became: Became) -> str:
    """What would become of a row, in a table."""
    match became:
        case Became.STARTED:
            return _("starts")
        case Became.AGAIN:
            return _("starts again")
        case Became.CHANGED:
            return _("is changed")
        case _:
            return translate(became.in_words)
