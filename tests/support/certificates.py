"""A certificate with all that is hard to print in it."""

from datetime import date

from services.certificates.page import Certificate
from tests.support.programmes import SERVICE

WORKPLACE, TASKS = "Lasarettet, restaurang och brickdukning", "Service assistant, tray kitchen"


DANIELA = "Danìéla Ćosić-Łuczak Åäöðþ Ильина"


EXAMPLE = Certificate(
    programme=SERVICE.name,
    workplace="Lasarettet & <köket>",
    tasks=TASKS,
    starts_on=date(2025, 4, 14),
    ends_on=date(2025, 6, 13),
    supervisor="Maria Ek",
    learnt=("Kan följa hygienrutiner",),
    shown=(SERVICE.criteria[0].text,),
)
