"""Who can be written to and who may act: partners and staff by name, as `programmes/partners.toml` lists them."""

from collections.abc import Iterable

from models.identifiers import Actor, Role
from models.message import Message, msg
from models.partners.notice import disclosed_to
from models.partners.partner import Partner, PartnerKind


class Directory:
    """Partners and staff, looked up by name."""

    def __init__(self, partners: Iterable[Partner]) -> None:
        self._partners = {partner.id: partner for partner in partners}

    def find(self, name: str) -> Partner | None:
        return self._partners.get(name)

    def may_learn(self, name: str) -> frozenset[str]:
        """The fields of an event that somebody may be told."""
        return disclosed_to(self._partners.get(name))

    def why_not(self, actor: Actor) -> Message | None:
        """Why `actor` (role and name) may not act here, in one sentence; None where nothing is against it."""
        entry = self._partners.get(actor.name)
        is_manager = entry is not None and entry.kind is PartnerKind.MANAGER
        is_staff = is_manager or (entry is not None and entry.kind is PartnerKind.COORDINATOR)
        known = {Role.PARTNER: entry is not None and not is_staff, Role.COORDINATOR: is_staff, Role.MANAGER: is_manager}
        if known.get(actor.role, True):
            return None
        return msg(
            "the_author_is_known.unknown",
            "Unknown {role} {name}. Check the name, or add it to programmes/partners.toml.",
            role=actor.role,
            name=actor.name,
        )
