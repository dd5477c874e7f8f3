"""Names beside numbers in lists: of whoever is in the reader's charge, written down once a person and day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.permissions import Reading, Relation, is_permitted
from models.calendar.swedish_day import SWEDEN
from models.identifiers import Actor
from models.tables.people import ReadRow
from services.application import Application
from services.identities.access import why_closed
from services.identities.register import Person, person_in
from services.queries.protected import protected_on
from services.readers import Listed, actors_of, relation_in_list
from services.reading import Permit, write_down_all

L = TypeVar("L", bound=BaseModel)


def names_in(application: Application, given: str | None, lines: Iterable[Listed]) -> dict[str, str]:
    """The names of those in a list, by their numbers: as `people_in`."""
    return {candidate: person.name for candidate, person in people_in(application, given, lines).items()}


def named(lines: Iterable[L], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lines as data, each with its name where it is seen."""
    said = [line.model_dump(mode="json") for line in lines]
    return [{**one, "name": names[one["candidate"]]} if one["candidate"] in names else one for one in said]


def people_in(application: Application, given: str | None, lines: Iterable[Listed]) -> dict[str, Person]:
    """Who those in a list are whom the reader has in charge, by their numbers; others stay numbers.

    That the reader saw who they are is written down first, once a journey and day. Of a protected person only the named
    staff sees it, and where the programme keeps a stage blind nobody does.
    """
    open_ones = [
        one
        for one in own_permits(application, given, lines, Reading.NAME)
        if why_closed(application, one.line, Relation.OWN) is None
    ]
    identities = application.register.identities(one.line.candidate for one in open_ones)
    seen = [one for one in open_ones if one.line.candidate in identities]
    write_down_all(application, not_yet_today(application, seen))
    return {candidate: person_in(identity) for candidate, identity in identities.items()}


def own_permits(application: Application, given: str | None, lines: Iterable[Listed], what: Reading) -> list[Permit]:
    """That the reader may see something of those in a list whom they have in charge; of a protected person as one of
    the named staff alone."""
    own = [permit for line in lines if (permit := _permit(application, given, line, what)) is not None]
    protected = protected_on(application.reading) if own else {}
    return [one for one in own if one.actor.name in protected.get(one.line.candidate, {one.actor.name})]


def _permit(application: Application, given: str | None, line: Listed, what: Reading) -> Permit | None:
    for actor in actors_of(application, given):
        if relation_in_list(application, line, actor) is Relation.OWN and is_permitted(actor.role, what, Relation.OWN):
            return Permit(line, actor, what, Relation.OWN, None, urgent=False)
    return None


def not_yet_today(application: Application, permits: Sequence[Permit]) -> list[Permit]:
    """Those whose reader has not seen the same of them today already; all of them are of one kind."""
    if not permits:
        return []
    began = datetime.combine(application.today(), time.min, SWEDEN).astimezone(UTC)
    actors = sorted({str(one.actor) for one in permits})
    query = select(ReadRow.journey_id, ReadRow.actor).where(ReadRow.actor.in_(actors), ReadRow.read_at >= began)
    with Session(application.writing) as session:
        seen = {
            (row.journey_id, Actor(row.actor)) for row in session.execute(query.where(ReadRow.what == permits[0].what))
        }
    fresh = {(one.line.journey_id, one.actor): one for one in permits}
    return [one for key, one in fresh.items() if key not in seen]
