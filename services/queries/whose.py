"""Whose candidates somebody looks after, as a list asks for them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, or_

from models.tables.journeys import JourneyRow, OpenItemRow

NOBODYS: Mapping[str, frozenset[str]] = MappingProxyType({})


class Charge(NamedTuple):
    """Those in the charge of `names`, and the journeys that are lent to somebody, by who lends them: a journey that its
    coordinator has given away since is lent no more."""

    names: frozenset[str]
    lent: Mapping[str, frozenset[str]] = NOBODYS

    def of(self, table: type[JourneyRow | OpenItemRow]) -> ColumnElement[bool]:
        """Whether a row is of these."""
        names, coordinator = sorted(self.names), table.coordinator
        in_charge = coordinator == names[0] if len(names) == 1 else coordinator.in_(names)
        lent = (
            and_(coordinator == lender, table.journey_id.in_(sorted(journeys)))
            for lender, journeys in sorted(self.lent.items())
        )
        return or_(in_charge, *lent)
