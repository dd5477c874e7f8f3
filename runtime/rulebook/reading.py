"""Where one file of `programmes/` names what another does not have, and where a programme contradicts itself."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from models.events.events import EVENT_CLASSES
from models.journey.transitions import stages_of
from models.message import Message, msg
from models.partners.notice import DISCLOSABLE
from models.partners.partner import PARTNER_KINDS, Partner, PartnerKind, Town, TownPartner
from models.programme.employment_form import EmploymentForm
from models.programme.position import Position
from models.programme.programme import CountsFrom, Programme
from models.stages import Stage
from models.state.deadlines import OF_PROGRAMMES, has_words
from models.state.recipients import PARTS
from runtime.rulebook.faults import Fault, alike, with_choices
from runtime.rulebook.listed import Listed, TownEntry

NO_PARTNER = msg("file.no_partner", "{name} is not in partners.toml")

A_KIND_WITHOUT_TOWNS = msg(
    "file.a_kind_without_towns",
    "{name} is not in partners.toml. A kind of partner needs towns in the programme",
)

TOWN_LACKS = msg("town.lacks", "{town} ({code}) has no {kind} on its list in towns.toml")

NO_FORM = msg("file.no_form", "{name} is not a form in employment_forms.toml")

FORM_TWICE = msg("form.twice", "2 of the forms have this id on the same day")

OTHER_AGE = msg("form.other_age", "another form names another age, and a referral tells of one birthday")

LooseEnd = tuple[str, Message]


PlacedEnd = tuple[int, str, Message]
"""The place of an entry in its list, the field, and what is wrong there."""


def loose_ends_of_partners(partners: Listed[Partner]) -> Iterator[PlacedEnd]:
    """What partners are to learn that no notice tells."""
    for number, partner in partners.sound:
        for name in sorted(set(partner.discloses or ()) - set(DISCLOSABLE)):
            known = ", ".join(DISCLOSABLE)
            what = msg(
                "partner.discloses", "{name} is nothing that a notice tells. Available: {known}", name=name, known=known
            )
            yield number, "discloses", what


def loose_ends_of_towns(towns: Listed[TownEntry], known: Collection[str]) -> Iterator[PlacedEnd]:
    """Where towns name what is nowhere, or one twice."""
    for number, entry in towns.sound:
        for name in dict.fromkeys(entry.partners):
            if name not in known:
                yield number, "partners", with_choices(NO_PARTNER.filled(name=name), name, list(known))
            elif entry.partners.count(name) > 1:
                yield number, "partners", msg("town.partner_twice", "{name} stands there twice", name=name)


def loose_ends_of_forms(forms: Listed[EmploymentForm]) -> Iterator[PlacedEnd]:
    """What forms of employment say that does not fit together."""
    ages: set[int] = set()
    before: list[EmploymentForm] = []
    known = {form.id for form in forms.entries}
    for number, form in forms.sound:
        if any(form.id == other.id and form.overlaps(other) for other in before):
            yield number, "id", FORM_TWICE
        before.append(form)
    for number, form in forms.sound:
        if form.replaced_by is not None and form.replaced_by.form not in known:
            name = form.replaced_by.form
            yield (
                number,
                "replaced_by.form",
                with_choices(NO_FORM.filled(name=name), name, [one.id for one in forms.entries]),
            )
        if form.conversion is not None and form.conversion.not_from_age is not None:
            ages.add(form.conversion.not_from_age)
            if len(ages) > 1:
                yield number, "conversion.not_from_age", OTHER_AGE
        if form.counts_as is not None and form.conversion is not None:
            what = msg("form.conversion_twice", "{form} has one already. Omit it", form=form.counts_as)
            yield number, "conversion", what
        elif form.counts_as is not None and form_counted_as(form, forms.entries) is None:
            what = msg("form.counts_as_none", "{form} is not a form of the same time", form=form.counts_as)
            yield number, "counts_as", what


def form_counted_as(form: EmploymentForm, forms: Sequence[EmploymentForm]) -> EmploymentForm | None:
    """The form as which another counts, in the latest version of its time; None where there is none."""
    return next((other for other in reversed(forms) if other.id == form.counts_as and other.overlaps(form)), None)


def with_conversion(form: EmploymentForm, forms: Sequence[EmploymentForm]) -> EmploymentForm:
    """A form that counts as another becomes permanent as that one does; the rule stands in the file once."""
    other = form_counted_as(form, forms) if form.counts_as is not None else None
    return form.model_copy(update={"conversion": other.conversion}) if other is not None else form


def loose_ends_of_positions(positions: Listed[Position], programmes: Mapping[str, Programme]) -> Iterator[PlacedEnd]:
    """Where positions name programmes and profiles that are nowhere."""
    for number, position in positions.sound:
        yield from ((number, where, what) for where, what in _of_position(position, programmes))


def pinned(entry: TownEntry, known: Mapping[str, Partner]) -> Town:
    """The town as journeys carry it, with what each partner is."""
    partners = [TownPartner(id=name, kind=known[name].kind) for name in entry.partners if name in known]
    return Town(id=entry.id, name=entry.name, partners=tuple(partners))


def loose_ends_of_programme(programme: Programme, known: Mapping[str, Partner]) -> Iterator[LooseEnd]:
    """Where a programme names partners, forms or events that are nowhere."""
    for name in programme.referring_partners:
        if name not in known:
            yield "referring_partners", with_choices(NO_PARTNER.filled(name=name), name, list(known))
    forms = [form.id for form in programme.forms]
    for where in ("form_limits", "form_lengths"):
        for number, rule in enumerate(getattr(programme, where)):
            if programme.form(rule.form) is None:
                no_form = msg("programme.limited_form", "{form} is not among the programme's forms", form=rule.form)
                yield f"{where}.{number}.form", with_choices(no_form, rule.form, forms)
    for number, notice in enumerate(programme.notices):
        if notice.event not in EVENT_CLASSES:
            yield f"notices.{number}.event", _unknown_event(notice.event)
        yield from _of_recipients(programme, f"notices.{number}.to", notice.to, known)
    yield from _of_consultation(programme, known)


def _unknown_event(name: str) -> Message:
    if (meant := alike(name, EVENT_CLASSES)) is not None:
        return msg("programme.event_misspelt", "the event is unknown. Perhaps {event} is meant", event=meant)
    return msg("programme.event_unknown", "the event is unknown. Available: {known}", known=", ".join(EVENT_CLASSES))


def _unknown_recipient(name: str, known: Mapping[str, Partner]) -> Message:
    if (meant := alike(name, (*PARTS, *PARTNER_KINDS, *known))) is not None:
        return msg(
            "programme.recipient_misspelt",
            "{name} is unknown. Perhaps {recipient} is meant",
            name=name,
            recipient=meant,
        )
    return msg(
        "programme.recipient_unknown",
        "{name} is neither a partner in partners.toml nor a role. Roles: {roles}. Kinds of partner: {kinds}",
        name=name,
        roles=", ".join(sorted(PARTS)),
        kinds=", ".join(PartnerKind),
    )


def _of_position(position: Position, programmes: Mapping[str, Programme]) -> Iterator[LooseEnd]:
    for name in position.programmes:
        programme = programmes.get(name)
        if programme is None:
            nowhere = msg("position.no_programme", "the programme {name} does not exist", name=name)
            yield "programmes", with_choices(nowhere, name, list(programmes))
        elif programme.profile(position.profile) is None:
            yield "profile", no_profile(position, programme)


def no_profile(position: Position, programme: Programme) -> Message:
    """That a programme of a position has not the profile that the position asks for."""
    what = msg(
        "position.no_profile",
        "{programme} has no profile {profile}",
        programme=programme.id,
        profile=position.profile,
    )
    return with_choices(what, position.profile, [one.id for one in programme.profiles if one.id])


def _of_consultation(programme: Programme, known: Mapping[str, Partner]) -> Iterator[LooseEnd]:
    """Unions that a programme consults and nobody knows, or none where it must consult some."""
    rule = programme.union_consultation
    if rule is None:
        return
    for name in rule.unions:
        if name not in known or known[name].kind is not PartnerKind.UNION:
            no_union = msg("programme.no_union", "{name} is not a union in partners.toml", name=name)
            unions = [one.id for one in known.values() if one.kind is PartnerKind.UNION]
            yield "union_consultation.unions", with_choices(no_union, name, unions)
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
            is_kind = name in PARTNER_KINDS
            yield where, A_KIND_WITHOUT_TOWNS.filled(name=name) if is_kind else _unknown_recipient(name, known)


SOMETHING = {
    "referring_partners": msg("programme.nobody_refers", "nobody can refer. Name at least one partner"),
    "profiles": msg("programme.no_profiles", "a requirement profile is missing. Write at least one"),
    "criteria": msg("programme.no_criteria", "a criterion to evaluate by is missing. Write at least one"),
}
"""Lists of a programme that must not be empty, or no candidate could come through it."""


def contradictions(programme: Programme, wrong: Sequence[tuple[str | int, ...]]) -> Iterator[Fault]:
    """Where a programme says what cannot be, though each of its fields could. Of fields at which, or inside which,
    something is `wrong` nothing is said."""
    for fault in chain(_empty(programme), _of_days(programme)):
        if not any(path[: len(fault.path)] == fault.path for path in wrong):
            yield fault


def _empty(programme: Programme) -> Iterator[Fault]:
    unasked = set() if Stage.EVALUATION in stages_of(programme.shape) else {"criteria"}
    for name, what in SOMETHING.items():
        if name not in unasked and not getattr(programme, name):
            yield Fault(path=(name,), what=what)
    for number, rule in enumerate(programme.notices):
        if not rule.to:
            what = msg("notice_rule.to_nobody", "nobody is told. Name at least one recipient, or remove the rule")
            yield Fault(path=("notices", number, "to"), what=what)
    for number, deadline in enumerate(programme.deadlines):
        if not deadline.stages:
            what = msg("deadline.no_stage", "it holds in no stage. Name at least one, or remove the deadline")
            yield Fault(path=("deadlines", number, "stages"), what=what)


def _of_days(programme: Programme) -> Iterator[Fault]:
    first, until = programme.valid_from, programme.goal_until
    if first and until and until < first:
        what = msg("programme.goal_before_it_begins", "goal_until lies before valid_from")
        yield Fault(path=("goal_until",), what=what)
    for days in _several(programme.follow_up_after_days):
        yield Fault(path=("follow_up_after_days",), what=STANDS_TWICE.filled(name=days))
    for number, deadline in enumerate(programme.deadlines):
        if has_words(deadline.name or "") and deadline.name not in OF_PROGRAMMES:
            yield Fault(path=("deadlines", number, "name"), what=unknown_deadline())
        ahead, days = deadline.remind_days_before, deadline.days or deadline.working_days
        if deadline.counts_from is not CountsFrom.AGREED_END and ahead and days and ahead > days > 0:
            what = msg(
                "deadline.reminded_too_early",
                "the reminder would come before the day that the {days} days are counted from. Write {days} at most",
                days=days,
            )
            yield Fault(path=("deadlines", number, "remind_days_before"), what=what)


def unknown_deadline() -> Message:
    """That a programme gives a deadline a name which says nothing, or which the journey gives to one of its own."""
    return msg(
        "deadline.unknown", "a deadline of this name is unknown. Available: {known}", known=", ".join(OF_PROGRAMMES)
    )


NAMED_BY = {
    "criteria": "id",
    "deadlines": "name",
    "duties": "id",
    "terms": "id",
    "profiles": "id",
    "form_lengths": "form",
    "form_limits": "form",
}
"""Lists of a programme, each with the field by which its items are told apart."""

TWICE = frozenset({"programme.twice", "profile.requirement_twice"})
"""What the model says of names that stand twice; of a file each of them is told, with its line."""


def named_twice(data: Mapping[str, Any]) -> Iterator[Fault]:
    """The items of a programme file that are called as one before them."""
    for key, field in NAMED_BY.items():
        yield from _twice((key,), data.get(key), field)
    profiles = data.get("profiles")
    for number, profile in enumerate(profiles if isinstance(profiles, list) else ()):
        if isinstance(profile, Mapping):
            yield from _twice(("profiles", number, "requirements"), profile.get("requirements"), "id")


def _twice(path: tuple[str | int, ...], items: Any, field: str) -> Iterator[Fault]:
    before: set[str] = set()
    for number, item in enumerate(items if isinstance(items, list) else ()):
        name = item.get(field) if isinstance(item, Mapping) else None
        if not isinstance(name, str):
            continue
        if name in before:
            what = msg("file.named_twice", "{name} stands there already. Rename one of them or remove it", name=name)
            yield Fault(path=(*path, number, field), what=what)
        before.add(name)


STANDS_TWICE = msg("file.stands_twice", "{name} stands there more than once. Write it once")


def stands_twice(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """What stands more than once in a list of names or numbers, and tables of one id in a list inside of another."""
    inside: Iterator[tuple[str | int, Any]] = iter(())
    if isinstance(data, Mapping):
        inside = iter(data.items())
    elif isinstance(data, list):
        plain = [one for one in data if isinstance(one, str | int)]
        yield from (Fault(path=path, what=STANDS_TWICE.filled(name=name)) for name in _several(plain))
        yield from _twice(path, data, "id") if len(path) > 1 else ()
        inside = iter(enumerate(data))
    for key, value in inside:
        yield from stands_twice(value, (*path, key))


def _several(values: Iterable[Any]) -> list[Any]:
    """The values that stand more than once."""
    return [value for value, times in Counter(values).items() if times > 1]
