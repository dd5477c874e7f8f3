"""A certificate with all that is hard to print in it."""

from datetime import date

from models.fields import BothLanguages
from services.certificates.page import Certificate, Internship
from tests.support.programmes import SERVICE

WORKPLACE, TASKS = "Lasarettet, restaurang och brickdukning", "Service assistant, tray kitchen"


DANIELA = "Danìéla Ćosić-Łuczak Åäöðþ Ильина"


INTERNSHIP = Internship(
    workplace=BothLanguages(sv="Lasarettet & <köket>", en="The hospital & <kitchen>"),
    tasks=BothLanguages(sv="Köksbiträde", en=TASKS),
    starts_on=date(2025, 4, 14),
    ends_on=date(2025, 6, 13),
    interrupted=False,
    supervisor="Maria Ek",
    learnt=(BothLanguages(sv="Kan följa hygienrutiner", en="Can follow hygiene routines"),),
    shown=(SERVICE.criteria[0].text,),
)

EXAMPLE = Certificate(programme=SERVICE.name, employer="Région Påhittad", internships=(INTERNSHIP,))
