"""In which of their roles somebody records an event."""

from models.access.permissions import is_permitted, why_not
from models.events.descriptions import name_of
from models.identifiers import Actor
from runtime.errors import Refused
from services.application import Application
from services.queries.lines import JourneyLine
from services.readers import actors_of, relation_of, require_known, stranger


def author_of(application: Application, line: JourneyLine, kind: str, given: str | None = None) -> Actor:
    """Who records a kind of event: in the role that is given, or in that of theirs which is nearest and permits it.

    Raises UsageError where their key is not here, and Refused where none of their roles permits it.
    """
    actors = actors_of(application, given)
    require_known(application, actors[0])
    near = [(relation_of(application, line, actor), actor) for actor in actors]
    permitted = [(relation, actor) for relation, actor in near if relation and is_permitted(actor.role, kind, relation)]
    if permitted:
        return min(permitted, key=lambda one: one[0])[1]
    told = (why_not(actor.role, kind, name_of(kind), relation) for relation, actor in near)
    raise Refused(next(filter(None, told), stranger(actors[0].name)))
