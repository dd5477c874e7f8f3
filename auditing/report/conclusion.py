"""What an audit amounts to, in two sentences."""

from collections.abc import Iterator

from auditing.evidence.findings import Verdict
from auditing.population.population import Counts
from auditing.report.statement import Counted
from models.message import Message, msg


def conclusion(counted: Counted, population: Counts) -> Iterator[Message]:
    """What was found, and in how much of the population."""
    yield from (_what_was_found(counted), _how_much(counted, population))


def _what_was_found(counted: Counted) -> Message:
    differing, gone = counted.verdicts[Verdict.DIFFERS], counted.verdicts[Verdict.NOT_VERIFIABLE]
    if counted.elsewhere:
        return msg(
            "conclusion.findings_and_elsewhere",
            "The audit found {findings} things that do not agree: {found} in {journeys} of the verified journeys, and"
            " {elsewhere} in the register and the logs that are kept beside.",
            found=counted.findings - counted.elsewhere,
            findings=counted.findings,
            journeys=differing,
            elsewhere=counted.elsewhere,
        )
    if counted.findings:
        return msg(
            "conclusion.findings",
            "The audit found {findings} things that do not agree, in {journeys} of the verified journeys.",
            findings=counted.findings,
            journeys=differing,
        )
    if gone:
        return msg(
            "conclusion.not_verifiable",
            "The audit found nothing that does not agree, but {journeys} journeys could not be verified, since their"
            " history is gone.",
            journeys=gone,
        )
    if not counted.journeys:
        return msg("conclusion.nothing", "No journey was verified.")
    return msg("conclusion.agrees", "Everything that was verified agrees with what is kept in several places.")


def _how_much(counted: Counted, population: Counts) -> Message:
    if not population.journeys:
        return msg("conclusion.no_population", "The ledger has no journey in scope.")
    verified = counted.journeys - counted.beyond
    values = {"verified": verified, "population": population.journeys}
    if verified >= population.journeys:
        return msg("conclusion.all", "Every journey of the population was verified: {verified}.", **values)
    return msg(
        "conclusion.part",
        "Of the {population} journeys of the population {verified} were verified, and nothing is said of the others.",
        **values,
    )
