"""The words of a certificate. Only what went as expected or better is named: it is for the one it is about."""

from typing import NamedTuple

from runtime.i18n import t


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
        title=t("Certificate of internship"),
        lead=t("has completed an internship with us."),
        workplace=t("Workplace"),
        tasks=t("Tasks"),
        period=t("Period"),
        programme=t("Programme"),
        supervisor=t("Supervisor"),
        learnt=t("Learnt during the internship"),
        shown=t("Shown during the internship"),
        thanks=t("Thank you for your good work!"),
        place_and_day=t("Place and date"),
        signature=t("Supervisor's signature"),
    )
