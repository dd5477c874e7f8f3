"""Asking a person at a terminal for what is missing of a referral; anybody else is told what is missing."""

from collections.abc import Mapping

from interfaces.cli.prompts import option
from interfaces.cli.questions import Question, ask
from models.identifiers import Actor
from models.projections.of_some import is_used
from runtime.errors import UsageError
from runtime.i18n import translate
from services.application import Application, may_ask
from services.identities.contact import FIELDS
from services.recording.field_names import field_name
from services.referrals.form import NEEDED_BY_SOME, OF_SOME
from services.referrals.names import NAMED
from services.referrals.referring import names_in
from services.referrals.values import checked, told_in_field

NEEDED = ("programme", "identity_number", "name", "referring_partner", "site", "coordinator")
"""What a referral says, in the order in which it is asked for."""

LEFT_OUT = ("reference", "phone", "email")
"""What is asked for, and may be left out."""


def complete_referral(
    application: Application, given: Mapping[str, str | None], actor: Actor, *, briefly: bool = False
) -> dict[str, str | None]:
    """All that a referral says, asked for where it is missing. Raises UsageError where nobody can be asked."""
    said = dict(given)
    lacking = [name for name in NEEDED if not said.get(name)]
    if not may_ask():
        if lacking:
            options = ", ".join(map(option, lacking))
            raise UsageError("command.lacks", "Missing options: {options}.", command="refer", options=options)
        return said
    for name in lacking:
        said[name] = _asked(application, name, said, default=actor.name if name == "coordinator" else None)
    for name in OF_SOME:
        if not said.get(name) and is_used(name, application.book.find(str(said["programme"])), "referred"):
            said[name] = _asked(application, name, said, optional=name not in NEEDED_BY_SOME)
    if len(lacking) == len(NEEDED) and not briefly:
        for name in LEFT_OUT:
            said[name] = said.get(name) or _asked(application, name, said, optional=True)
    return said


def _asked(
    application: Application,
    name: str,
    said: Mapping[str, str | None],
    *,
    default: str | None = None,
    optional: bool = False,
) -> str | None:
    names = names_in(application)
    choices = names.choices(name, said) if name in NAMED else []
    titles = {one.code: one.title for one in choices}
    if default not in titles:
        default = None

    def read(typed: str) -> str:
        with told_in_field(name):
            return str(checked(name, typed, application.today(), names))

    text = translate(FIELDS[name] if name in FIELDS else field_name(name))
    return ask(
        Question(text, choices, default, titles.get(default or ""), optional=optional, of_people=name == "coordinator"),
        read,
    )
