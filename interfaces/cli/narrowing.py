"""What a list is narrowed to: filters and days that are known, however they are written."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from pydantic import ValidationError

from auditing.inspection.state_at import read_instant, read_known_by
from auditing.population.scope import Scope
from interfaces.cli.output import show
from models.access.permissions import Operation, Reading, act_in_words
from models.calendar.written_days import Towards
from models.identifiers import CandidateNumber, JourneyId, Role
from models.message import InvalidValue, Message, msg
from models.rules.registry import RULES, rule_in_words
from models.stages import Stage
from runtime.errors import UsageError
from runtime.i18n import _
from services import days, naming
from services.application import Application, candidate_of, programme_of
from services.naming import Named, NotMeant, meant, why_unknown
from services.queries.reads import has_acted


def moment_known(written: str | None, now: datetime) -> datetime:
    """The moment by whose knowledge something is told; now, which is said, for one that has not come.

    Raises UsageError.
    """
    known, asked = read_known_by(written, now), read_instant(written, now)
    if known != asked:
        show.aside(_("That moment is still to come. What is known now is shown."))
    return known.at


class Filters(NamedTuple):
    """What a list is to be narrowed to, by the codes."""

    programme: str | None
    stage: str | None
    coordinator: str | None
    town: str | None


def refuse_unknown(
    application: Application,
    programme: str | None,
    *,
    stage: str | None = None,
    coordinator: str | None = None,
    town: str | None = None,
) -> Filters:
    """The filters by their codes, however they are called. Raises UsageError for one that is not known: an empty list
    must mean that there is nothing, not that a filter was mistyped."""
    book = application.book
    return Filters(
        programme and programme_of(application, programme),
        stage and _known(stage, naming.worded(Stage), STAGE),
        coordinator and _known(coordinator, naming.in_charge(application.authority), COORDINATOR),
        town and _known(town, naming.towns(book), TOWN),
    )


STAGE = msg("filter.stage", "stage")
COORDINATOR = msg("filter.coordinator", "coordinator")
TOWN = msg("filter.town", "town")
PERSON = msg("filter.person", "person")
KIND = msg("filter.kind", "kind")


def _known(written: str, known: Sequence[Named], what: Message) -> str:
    try:
        return meant(written, known).code
    except NotMeant as error:
        why = why_unknown(error, known)
        values = {"what": what, "written": written, "why": why}
        raise UsageError("filter.unknown", "{what}, {written}: {why}", **values) from error


def author_of(application: Application, written: str) -> str:
    """The author that somebody means, with a role where one is written. Raises UsageError for one who neither works
    here, is a partner, nor has recorded or read anything: nothing found must mean that they did nothing."""
    role, colon, name = written.strip().rpartition(":")
    if colon and role not in set(Role):
        raise UsageError("filter.role", "Unknown role {role}. Available: {known}.", role=role, known=list(Role))
    known = [*naming.people(application.authority), *naming.partners(application.book)]
    if name not in {one.code for one in known} and not has_acted(application.reading, name):
        name = _known(name, known, PERSON)
    return f"{role}{colon}{name}"


def kind_of(written: str, *, of_readings: bool) -> str:
    """A kind of event, or of what is read, by its code or its name. Raises UsageError."""
    acts = (naming.in_both(act, act_in_words(act)) for act in (*Reading, *Operation))
    return _known(written, list(acts) if of_readings else naming.kinds(), KIND)


def rule_of(written: str) -> str:
    """A rule by its id, or in the whole sentence in which lists tell it: some words may be another's. Raises
    UsageError."""
    for rule in RULES:
        if naming.folded(written) in naming.in_both(rule, rule_in_words(rule)).written:
            return rule
    raise UsageError("find.rule", "Unknown rule {rule}. Write it as refusals tell it, or by its id.", rule=written)


def day_of(application: Application, on: str | None) -> date:
    """The day that an option says, which has been; today where it says none. Raises UsageError."""
    return days.day_of(on, application.today()) if on else application.today()


def day_asked_about(application: Application, written: str) -> date:
    """The day that a question about the past says: without a year, the latest such day. Raises UsageError."""
    return days.day_of(written, application.today(), Towards.GONE)


def day_it_happened(application: Application, on: str | None) -> date:
    """The day on which something that is to be recorded took effect; today where the option says none. Raises
    UsageError for one that has not come."""
    return days.happened_of(on, application.today()) if on else application.today()


def scope_of(
    application: Application,
    candidates: Iterable[str] | None = None,
    *,
    programme: str | None = None,
    town: str | None = None,
    coordinator: str | None = None,
    first: str | None = None,
    last: str | None = None,
) -> Scope:
    """The journeys that an auditor's options say, however candidates, programme, town and days are written.

    Raises UsageError for what is not known, also not from earlier, and for a period that ends before it begins.
    """
    filters = refuse_unknown(application, None, coordinator=coordinator)
    days_ = [day_asked_about(application, one) if one else None for one in (first, last)]
    try:
        return Scope(
            candidates=tuple(dict.fromkeys(one for each in candidates or () for one in _numbers(application, each))),
            programme=programme and _ever_a_programme(application, programme.strip()),
            town=town and _ever_a_town(application, town.strip()),
            coordinator=filters.coordinator,
            first=days_[0],
            last=days_[1],
        )
    except ValidationError as error:
        raise unfit(error) from error


def scope_in_bundle(
    candidates: Iterable[str] | None = None, *, programme: str | None = None, **rest: str | None
) -> Scope:
    """The same of a bundle, which may be far from any database: candidates and a programme by their ids.

    Raises UsageError for all that a bundle cannot be narrowed by.
    """
    if any(rest.values()):
        raise UsageError(
            "bundle.narrowed_by_rows",
            "The journeys of a bundle can only be narrowed to candidates and a programme. Draw a sample for the rest.",
        )
    return Scope(candidates=tuple(map(candidate_of, candidates or ())), programme=programme)


def _numbers(application: Application, written: str) -> Sequence[CandidateNumber]:
    """The number of a candidate; where nothing is kept under it, all those of the person."""
    number = candidate_of(written)
    if application.lists.found(candidate=number) or application.lists.never_begun(number):
        return (number,)
    return application.authority.joins.numbers_of(number)


def _ever_a_programme(application: Application, written: str) -> str:
    """The programme that is meant, also one of a time in it, and one that is no longer among the files."""
    meant_, slash, turn = written.partition("/")
    if any(one.is_in(written) for id_ in application.lists.journey_ids() if (one := JourneyId.read(id_))):
        return written
    return f"{programme_of(application, meant_)}{slash}{turn}"


def _ever_a_town(application: Application, written: str) -> str:
    """The town that is meant, also one that is no longer among the files."""
    if application.lists.found(site=written):
        return written
    return _known(written, naming.towns(application.book), TOWN)


def unfit(error: ValidationError) -> UsageError:
    """What is wrong with a scope, in its own words."""
    for one in error.errors():
        if isinstance(found := one.get("ctx", {}).get("error"), InvalidValue):
            return UsageError(found.message)
    return UsageError("scope.day", "A day of the period is out of reach. Choose one from 1990 on.")
