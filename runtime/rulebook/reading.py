"""Reading one file of `programmes/`, and where one names what another does not have."""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from models.events.events import EVENT_CLASSES
from models.fields import Name, Strict, Text
from models.message import Message, msg
from models.partners.partner import PARTNER_KINDS, Partner, PartnerKind, Town, TownPartner
from models.programme.position import Position
from models.programme.programme import Programme
from models.state.recipients import PARTS
from runtime.errors import UsageError
from runtime.rulebook.faults import examine
from runtime.rulebook.unreadable import NOT_UTF_8, why_not_opened, why_not_toml

M = TypeVar("M", bound=BaseModel)

THE_WHOLE = msg("file.the_whole", "the whole")

NO_PARTNER = msg("file.no_partner", "{name} is not in partners.toml")

A_KIND_WITHOUT_TOWNS = msg(
    "file.a_kind_without_towns",
    "{name} is not in partners.toml. A kind of partner needs towns in the programme",
)

TOWN_LACKS = msg("town.lacks", "{town} ({code}) has no {kind} on its list in towns.toml")


def read_toml(file: Path) -> dict[str, Any]:
    """The data of a file. Raises UsageError where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            "rules.missing",
            "{file} cannot be read: {why}. Its folder is {folder}.",
            file=file.name,
            why=why_not_opened(error),
            folder=file.parent,
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError("rules.unreadable", "{file} cannot be read: {why}.", file=file.name, why=NOT_UTF_8) from error
    except tomllib.TOMLDecodeError as error:
        line, why = why_not_toml(error)
        raise UsageError(
            "rules.not_toml", "{file} cannot be read, line {line}: {why}.", file=file.name, line=line, why=why
        ) from error


def read_list(file: Path, key: str, model: type[M], *, unique: bool = True) -> tuple[M, ...]:
    """The tables under the one key of a file. Raises UsageError for the first fault."""
    data = read_toml(file)
    for other in data:
        if other != key:
            raise file_fault(
                file.name, None, other, msg("file.other_key", "the name is unknown. Write [[{key}]]", key=key)
            )
    items = data.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise file_fault(
            file.name,
            None,
            key,
            msg("file.a_list_of_tables", "a list of tables is expected. Write [[{key}]] above each", key=key),
        )
    for name, times in Counter([str(item.get("id")) for item in items]).items():
        if unique and times > 1 and name != "None":
            raise file_fault(
                file.name, name, "id", msg("file.id_twice", "{times} of the {key} have this id", times=times, key=key)
            )
    return tuple(_item(model, item, file) for item in items)


def _item(model: type[M], data: dict[str, Any], file: Path) -> M:
    read, faults = examine(model, data)
    for fault in faults:
        raise file_fault(file.name, data.get("id"), fault.where, fault.what)
    return read


def file_fault(file: str, name: Any, where: str, what: Message) -> UsageError:
    """What is wrong, and where: file, programme or partner or whatever it is, field."""
    return UsageError(
        "rules.fault",
        "{file}, {name}, {where}: {what}.",
        file=file,
        name=name or THE_WHOLE,
        where=where or THE_WHOLE,
        what=what,
    )


LooseEnd = tuple[str, Message]


class TownEntry(Strict):
    """A town as the file has it: its municipality code (SCB), its name, and the names of its partners."""

    id: Name
    name: Text
    partners: tuple[Name, ...]


def loose_ends_of_town(entry: TownEntry, known: Mapping[str, Partner]) -> Iterator[LooseEnd]:
    """Where a town names what is nowhere, and what is wrong there."""
    for name in entry.partners:
        if name not in known:
            yield "partners", NO_PARTNER.filled(name=name)
        elif entry.partners.count(name) > 1:
            yield "partners", msg("town.partner_twice", "{name} stands there twice", name=name)


def pinned(entry: TownEntry, known: Mapping[str, Partner]) -> Town:
    """The town as journeys carry it, with what each partner is."""
    partners = [TownPartner(id=name, kind=known[name].kind) for name in entry.partners]
    return Town(id=entry.id, name=entry.name, partners=tuple(partners))


def loose_ends_of_programme(programme: Programme, known: Mapping[str, Partner]) -> Iterator[LooseEnd]:
    """Where a programme names partners, forms or events that are nowhere."""
    for name in programme.referring_partners:
        if name not in known:
            yield "referring_partners", NO_PARTNER.filled(name=name)
    for number, limit in enumerate(programme.form_limits):
        if programme.form(limit.form) is None:
            yield (
                f"form_limits.{number}.form",
                msg("programme.limited_form", "{form} is not among the programme's forms", form=limit.form),
            )
    for number, rule in enumerate(programme.notices):
        if rule.event not in EVENT_CLASSES:
            yield (
                f"notices.{number}.event",
                msg("programme.no_event", "the event is unknown. The README lists those there are"),
            )
        yield from _of_recipients(programme, f"notices.{number}.to", rule.to, known)
    yield from _of_consultation(programme, known)


def loose_ends_of_position(position: Position, programmes: Mapping[str, Programme]) -> Iterator[LooseEnd]:
    """Where a position names programmes and profiles that are nowhere."""
    for name in position.programmes:
        programme = programmes.get(name)
        if programme is None:
            yield "programmes", msg("position.no_programme", "the programme {name} does not exist", name=name)
        elif programme.profile(position.profile) is None:
            yield (
                "profile",
                msg(
                    "position.no_profile",
                    "{programme} has no profile {profile}",
                    programme=name,
                    profile=position.profile,
                ),
            )


def _of_consultation(programme: Programme, known: Mapping[str, Partner]) -> Iterator[LooseEnd]:
    """Unions that a programme consults and nobody knows, or none where it must consult some."""
    rule = programme.union_consultation
    if rule is None:
        return
    for name in rule.unions:
        if name not in known or known[name].kind is not PartnerKind.UNION:
            yield (
                "union_consultation.unions",
                msg("programme.no_union", "{name} is not a union in partners.toml", name=name),
            )
    if not rule.unions and not programme.towns:
        yield (
            "union_consultation.unions",
            msg(
                "programme.nobody_consulted",
                "no union is named. Name the unions to consult, or give the programme towns",
            ),
        )
    for town in () if rule.unions else programme.towns:
        if not town.of_kind("union"):
            yield "union_consultation.unions", TOWN_LACKS.filled(town=town.name, code=town.id, kind="union")


def _of_recipients(
    programme: Programme, where: str, names: Sequence[str], known: Mapping[str, Partner]
) -> Iterator[LooseEnd]:
    """Names in a rule that mean nobody, everywhere or in one of the programme's towns."""
    for name in names:
        if name in PARTNER_KINDS and programme.towns:
            for town in programme.towns:
                if not town.of_kind(name):
                    yield where, TOWN_LACKS.filled(town=town.name, code=town.id, kind=name)
        elif name not in PARTS and name not in known:
            yield where, (A_KIND_WITHOUT_TOWNS if name in PARTNER_KINDS else NO_PARTNER).filled(name=name)
