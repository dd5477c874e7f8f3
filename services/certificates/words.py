"""The words of a certificate. Only what went as expected or better is named: it is for the one it is about."""

from typing import NamedTuple

from runtime.i18n import _


class Words(NamedTuple):
    """What every certificate says, beside what is filled in."""

    title: str
    lead: str
    workplace: str
    tasks: str
    period: str
    programme: str
    supervisor: str
    learnt: str
    shown: str
    thanks: str
    place_and_day: str
    signature: str


def words() -> Words:
    """In the language that is spoken now."""
    return Words(
        title=_("Certificate of internship"),
        lead=_("has completed an internship with us."),
        workplace=_("Workplace"),
        tasks=_("Tasks"),
        period=_("Period"),
        programme=_("Programme"),
        supervisor=_("Supervisor"),
        learnt=_("Learnt during the internship"),
        shown=_("Shown during the internship"),
        thanks=_("Thank you for your good work!"),
        place_and_day=_("Place and date"),
        signature=_("Supervisor's signature"),
    )
