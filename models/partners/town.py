"""Towns, each with its own list of partners: whom a programme means there when it names a kind of partner."""

from models.fields import Name, Strict, Text
from models.partners.partner import PartnerKind

STAFF = frozenset({PartnerKind.COORDINATOR, PartnerKind.MANAGER})
"""Kinds of the employer's own people. They stand on no town's list: each journey has its own."""

PARTNER_KINDS = frozenset(kind.value for kind in PartnerKind if kind not in STAFF)
"""Kinds that a notice rule can name instead of partners."""


class TownPartner(Strict):
    """A partner on a town's list, with its kind on the day on which the list was pinned."""

    id: Name
    kind: PartnerKind


class Town(Strict):
    """A town by its municipality code (SCB), `id`, with the partners on its list in their order."""

    id: Name
    name: Text
    partners: tuple[TownPartner, ...] = ()

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The partners of one kind on the list."""
        return tuple(partner.id for partner in self.partners if partner.kind == kind)
