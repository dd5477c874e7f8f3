"""Svar på brev: replies by mail that somebody must look at."""

from collections.abc import Sequence

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, page
from interfaces.desk.menu import MenuItem
from interfaces.desk.routing import get, post
from interfaces.desk.wording import capital, person_path, reading_step, waits
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Role
from models.message import N_, msg
from runtime.i18n import translate
from services.days import near
from services.letters.kept import KeptMail, OpenedMail, open_mail, settle_mail, waiting_mails
from services.letters.taken import Outcome
from services.reading import own_charge
from services.working import beside, questions

WHO_LOOKS = frozenset({Role.COORDINATOR, Role.MANAGER})

PATH = "/svar-pa-brev"

NO_OUTCOME = msg("mails.no_outcome", "Choose what came of the mail.")


def mails(asked: Asked) -> Response:
    """Those that wait for the reader."""
    return _listed(asked, None)


def opened(asked: Asked) -> Response:
    """One of them, opened; that it is read is written down."""
    return _listed(asked, open_mail(asked.application, None, asked.part("mail")))


def settled(asked: Asked) -> Response:
    """Say what came of one."""
    said = asked.said("outcome")
    if said not in set(Outcome):
        again = open_mail(asked.application, None, asked.part("mail"))
        return _listed(asked, again, [FieldError("outcome", NO_OUTCOME)])
    settle_mail(asked.application, None, asked.part("mail"), Outcome(said))
    return go_to(f"{PATH}?klart=ja")


def _listed(asked: Asked, one: OpenedMail | None, errors: Sequence[FieldError] = ()) -> Response:
    found = waiting_mails(asked.application, None)
    return page(
        asked,
        "mails.html.j2",
        422 if errors else 200,
        waiting=[_card(asked, mail) for mail in found],
        opened=one,
        outcomes=[(one.value, capital(translate(one.in_words))) for one in Outcome],
        noted=_noted(asked),
        done=asked.given("klart") is not None,
        errors=errors,
    )


def _noted(asked: Asked) -> list[dict[str, object]]:
    """What was written by link or mail and is noted on a person's page, for somebody to look at."""
    application = asked.application
    found = questions(application, None, coordinator=own_charge(application, None))
    told = beside(application, None, found)
    return [
        {
            "whom": told.names.get(line.candidate) or line.candidate,
            "what": waits(line.item, told.tasks.get(line.item.item)),
            "received": near(line.since, application.today()),
            "step": reading_step(line.journey_id),
        }
        for line in found
    ]


def _card(asked: Asked, mail: KeptMail) -> dict[str, object]:
    return {
        "mail": mail,
        "path": f"{PATH}/{mail.id}",
        "what": capital(translate(mail.what.in_words)),
        "received": near(day_in_sweden(mail.received_at), asked.application.today()),
        "person": person_path(mail.line.journey_id) if mail.line else None,
    }


menu = [MenuItem(45, PATH, N_("Replies to letters"), WHO_LOOKS)]

routes = [get(PATH, mails), post(f"{PATH}/{{mail}}", opened), post(f"{PATH}/{{mail}}/klart", settled)]
