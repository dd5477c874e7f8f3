"""Who may do what to the data of candidates: by the table of permissions, with the key of whoever acts at hand."""

from collections.abc import Iterable

from models.access.authorship import relation_to
from models.access.permissions import Relation, is_permitted, why_not
from models.identifiers import Actor
from models.ledger.entry import Parties
from runtime.errors import Refused
from services.application import Application
from services.queries.lines import JourneyLine
from services.readers import Act, actors_of, require_known


def permitted(application: Application, given: str | None, act: Act, lines: Iterable[JourneyLine] = ()) -> Actor:
    """Who acts, in a role of theirs that permits it of all these journeys; without any, in one that permits it of
    everybody. Raises UsageError where their key is not here, and Refused where they may not."""
    actors, of_them = actors_of(application, given), tuple(lines)
    require_known(application, actors[0])
    near = [(one, _relation(application, one, of_them)) for one in actors]
    for actor, relation in near:
        if is_permitted(actor.role, act, relation):
            return actor
    actor, relation = near[0]
    raise Refused(why_not(actor.role, act, act.in_words, relation) or act.in_words)


def _relation(application: Application, actor: Actor, lines: tuple[JourneyLine, ...]) -> Relation | None:
    """The farthest of somebody's relations to these journeys; None where they do not have the role."""
    register, now = application.authority, application.now()
    if not any(one.role is actor.role for one in register.assignments(actor.name, now)):
        return None
    found = []
    for line in lines:
        parties = Parties(site=line.site, coordinator=line.coordinator, referring_partner=line.referring_partner)
        found.append(relation_to(register, actor, line.journey_id, line.programme, parties, now))
    return max((one for one in found if one is not None), default=Relation.ANY)
