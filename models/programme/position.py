"""Positions (befattningar) with places for interns: work that already exists and means something."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from models.fields import BothLanguages, Name, Strict, added


def _alike(given: Any) -> Any:
    """A name that is the same in both languages may be written once."""
    return {"sv": given, "en": given} if isinstance(given, str) else given


class Position(Strict):
    """A position with `places` for interns at a time, and the existing staffing need (bemanningsbehov) that it fills.

    `unit` is known by its Swedish name where something is kept of it, such as its staff. `site` is the town's
    municipality code (SCB). What a position may still lack while it is written is found by `models.programme.review`;
    without a staffing need nobody is placed on it.
    """

    id: Name
    """Its name in agreements."""
    programmes: tuple[Name, ...]
    """The programmes that may place somebody on it, by their ids."""
    title: BothLanguages
    """What the job is called."""
    unit: Annotated[BothLanguages, BeforeValidator(_alike)]
    """The unit where it is. Written once where it is called the same in both languages."""
    site: Name
    """The town's code in towns.toml, which is the municipality's (SCB)."""
    staffing_need: BothLanguages | None = None
    """The existing work that it fills. Without it nobody is placed on it."""
    profile: Name
    """The profile that it asks for, by its id in each of its programmes."""
    places: Annotated[int, Field(ge=0, le=1_000)]
    """How many interns can be there at a time."""
    ordinary_employees: Annotated[int, Field(ge=0, le=1_000_000)] | None = added(None)
    """How many ordinary employees the unit has, where a programme allows interns by their number. The same at each
    position of the unit."""
    supervisor: Name | None = None
    """Who supervises there, by their name in the register of staff."""
    mentor: Name | None = None
    """Who is mentor there, by their name in the register of staff."""


class KeptNeed(BothLanguages):
    """A staffing need as the database keeps it, with the ordinary employees of the unit beside."""

    ordinary_employees: int | None = added(None)


def need_as_column(position: Position) -> str:
    """The staffing need of a position as a column of the database keeps it; empty where it names none."""
    need = position.staffing_need
    if need is None:
        return ""
    return KeptNeed(sv=need.sv, en=need.en, ordinary_employees=position.ordinary_employees).as_column()


def employees_in(kept: str) -> int | None:
    """The ordinary employees of the unit as such a column keeps them; None where it says nothing of them."""
    try:
        return KeptNeed.model_validate_json(kept).ordinary_employees
    except ValueError:
        return None
