"""Whom somebody is in charge of."""

from models.stages import Stage
from services.application import Application
from services.queries.lines import JourneyLine
from services.queries.whose import Charge


def in_charge_of(application: Application, whose: str | Charge) -> list[JourneyLine]:
    """The journeys that somebody is in charge of and that still need anything: open ones, and those to follow up."""
    lines = application.lists.found(coordinator=whose)
    return [line for line in lines if line.erased_on is None and (line.stage is not Stage.CLOSED or line.due_on)]
