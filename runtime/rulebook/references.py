"""Towns and the lists of their partners: read from `towns.toml`, and pinned with each programme that is run there."""

from collections.abc import Iterator, Mapping, Sequence

from models.fields import Name, Strict, Text
from models.partners.partner import Partner, PartnerKind
from models.partners.town import PARTNER_KINDS, STAFF, Town, TownPartner
from models.programme.programme import Programme
from models.state.recipients import PARTS


class TownEntry(Strict):
    """A town as the file has it: its municipality code (SCB), its name, and the names of its partners."""

    id: Name
    name: Text
    partners: tuple[Name, ...]


def loose_ends_of_town(entry: TownEntry, known: Mapping[str, Partner]) -> Iterator[tuple[str, str]]:
    """Where a town names what is nowhere, and what is wrong there."""
    for name in entry.partners:
        if name not in known:
            yield "partners", f"{name} is not in partners.toml"
        elif known[name].kind in STAFF:
            yield "partners", f"{name} is a {known[name].kind}, and a town's list holds partners only"
        elif entry.partners.count(name) > 1:
            yield "partners", f"{name} stands there twice"


def pinned(entry: TownEntry, known: Mapping[str, Partner]) -> Town:
    """The town as journeys carry it, with what each partner is."""
    partners = [TownPartner(id=name, kind=known[name].kind) for name in entry.partners]
    return Town(id=entry.id, name=entry.name, partners=tuple(partners))


def loose_ends_of_hearing(programme: Programme, known: Mapping[str, Partner]) -> Iterator[tuple[str, str]]:
    """Unions that a programme hears and nobody knows, or none where it must hear some."""
    rule = programme.hearing
    if rule is None:
        return
    for name in rule.unions:
        if name not in known or known[name].kind is not PartnerKind.UNION:
            yield "hearing.unions", f"{name} is no union in partners.toml"
    if not rule.unions and not programme.towns:
        yield "hearing.unions", "name the unions to hear, or give the programme towns"
    for town in () if rule.unions else programme.towns:
        if not town.of_kind("union"):
            yield "hearing.unions", f"{town.name} ({town.id}) has no union on its list in towns.toml"


def loose_ends_of_recipients(
    programme: Programme, where: str, names: Sequence[str], known: Mapping[str, Partner]
) -> Iterator[tuple[str, str]]:
    """Names in a rule that mean nobody, everywhere or in one of the programme's towns."""
    for name in names:
        if name in PARTNER_KINDS and programme.towns:
            for town in programme.towns:
                if not town.of_kind(name):
                    yield where, f"{town.name} ({town.id}) has no {name} on its list in towns.toml"
        elif name not in PARTS and name not in known:
            kind = "; a kind of partner needs towns in the programme" if name in PARTNER_KINDS else ""
            yield where, f"{name} is not in partners.toml{kind}"
