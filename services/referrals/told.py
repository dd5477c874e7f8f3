"""What became of a list of referrals, as people read it."""

from collections import Counter

from runtime.i18n import _, translate
from services.identities.contact import FIELDS
from services.referrals.importer import Became, ImportResult, Outcome


def changed_in_words(outcome: Outcome) -> str:
    """The fields of a person that a referral changed."""
    return ", ".join(translate(FIELDS[name]) for name in outcome.changed)


def became_in_words(outcome: Outcome) -> str:
    """What became of a row, with what it changed."""
    became = translate(outcome.became.in_words)
    return f"{became}: {changed_in_words(outcome)}" if outcome.changed else became


def numbers_in(result: ImportResult) -> list[tuple[str, ...]]:
    """Which number the person of each row has, under the titles."""
    titles = (_("row"), _("name"), _("number"), _("what became of it"))
    rows = ((str(one.line), one.name, one.candidate or "", became_in_words(one)) for one in result.outcomes)
    return [titles, *rows]


def told_in(result: ImportResult) -> str:
    """Who would be told of a list's referrals, and how often; empty where nobody would."""
    told = Counter(name for one in result.outcomes for name in one.told)
    return ", ".join(f"{name} ({count})" for name, count in told.items())


def counted(result: ImportResult) -> str:
    """Of how many rows what became."""
    found = [(became, len(result.lines(became))) for became in Became]
    return ", ".join(f"{count} {translate(became.in_words)}" for became, count in found if count) or _("no rows")
