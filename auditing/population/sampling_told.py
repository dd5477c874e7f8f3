"""A sample in sentences and tables."""

from collections.abc import Iterator

from auditing.population.population import ENDS
from auditing.population.sampling import BY, NOWHERE, Sample
from auditing.population.scope import scope_told
from models.calendar.swedish_day import in_swedish_time
from models.identifiers import shown_parts
from runtime.i18n import _, translate
from services.queries.protected import unless_protected
from services.queries.titles import Titles
from services.told import Block, TableTold


def sample_told(found: Sample, titles: Titles) -> Iterator[Block]:
    """What was drawn, of what, and how to draw it again."""
    yield f"{scope_told(found.scope, titles)} {found.population.told()}"
    drawn = {"count": len(found.journey_ids), "of": found.population.journeys, "seed": found.seed}
    moment = in_swedish_time(found.at, seconds=True)
    yield _("{count} of {of} journeys drawn with the seed {seed}, {moment}, Swedish time.", **drawn, moment=moment)
    if not found.is_stratified:
        yield _(
            "The strata are {count}, more than the journeys asked for, so all journeys were drawn from together."
            " To draw from each, ask for {count} journeys or more.",
            count=len(found.strata),
        )
    yield TableTold(
        "",
        [*(translate(BY[one]) for one in found.by), _("journeys"), _("drawn")],
        [(*_named(found, one.name, titles), one.journeys, len(one.drawn)) for one in found.strata],
        "",
    )
    yield TableTold(
        "",
        (_("candidate"), _("programme"), _("town"), _("end")),
        [
            (*_parts(one.journey_id, titles), _town(one.town, titles), _end(one.end))
            for stratum in found.strata
            for one in stratum.drawn
        ],
        "",
    )
    yield translate(found.method)


def _parts(journey_id: str, titles: Titles) -> tuple[str, str]:
    candidate, written = shown_parts(journey_id)
    programme, slash, turn = written.partition("/")
    return candidate, f"{titles.programme(programme)}{slash}{turn}"


def _named(found: Sample, name: tuple[str, ...], titles: Titles) -> Iterator[str]:
    for by, value in zip(found.by, name, strict=True):
        if by == "town":
            yield _town(value, titles)
        elif by == "programme":
            yield titles.programme(value)
        else:
            yield _end(value) if by == "end" else value


def _town(code: str | None, titles: Titles) -> str:
    return unless_protected(titles.town(code)) if code else NOWHERE


def _end(code: str) -> str:
    return translate(ENDS[code])
