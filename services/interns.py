"""Whom a supervisor or mentor looks after: those alone of whom they got a letter, as long as it is so."""

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.access.charge import LOOK_AFTER
from models.access.permissions import Relation, is_permitted
from models.identifiers import Actor
from models.projections.open_items import OpenItem
from models.stages import ENDED_STAGES
from models.tables.ledger import NoticeRow
from services.application import Application
from services.looked_after import LookedAfter, looked_after
from services.queries.lines import JourneyLine
from services.queries.protected import protected_on
from services.readers import assignments_of, relation_of
from services.reading import charge_of
from services.working import Settling, not_lapsed, settled_by


class Intern(NamedTuple):
    """Somebody who is looked after: by whom, where and until when, and what waits for whoever looks after them. Of
    somebody protected whom others are named for, no more than their number."""

    line: JourneyLine
    author: Actor
    works: LookedAfter | None
    waits: tuple[tuple[OpenItem, Settling], ...]


def author_on(application: Application, line: JourneyLine, name: str) -> Actor | None:
    """Somebody as they look after the candidate of a journey today; None where they do not, or the way has ended."""
    if line.erased_on is not None or line.stage in ENDED_STAGES:
        return None
    held = {one.role for one in assignments_of(application, name)}
    authors = (Actor.of(role, name) for role in LOOK_AFTER if role in held)
    return next((one for one in authors if relation_of(application, line, one) is Relation.OWN), None)


def interns_of(application: Application, name: str) -> list[Intern]:
    """Whom somebody looks after, whose way changed last first."""
    told = charge_of(application, Actor.of(LOOK_AFTER[0], name))
    query = select(NoticeRow.journey_id).where(NoticeRow.recipient.in_(told.names)).distinct()
    with Session(application.reading) as session:
        ids = set(session.scalars(query))
    lines = [line for one in ids for line in application.lists.found(journey_id=one)]
    found = ((line, author_on(application, line, name)) for line in lines)
    return sorted(
        (_intern(application, line, author) for line, author in found if author is not None),
        key=lambda one: (one.line.since, one.line.candidate),
        reverse=True,
    )


def _intern(application: Application, line: JourneyLine, author: Actor) -> Intern:
    named = protected_on(application.reading, line.candidate).get(line.candidate)
    if named is not None and author.name not in named:
        return Intern(line, author, None, ())
    works = looked_after(application, application.lists.ledger(line.journey_id))
    items = not_lapsed(application.lists.items(line.journey_id), application.today())
    waits = ((one, settling) for one in items if (settling := settled_by(one)) is not None)
    theirs = tuple(pair for pair in waits if is_permitted(author.role, pair[1].kind, Relation.OWN))
    return Intern(line, author, works, theirs)
