"""What no check can say, each with its reason: what stands so in every report, and what the numbers of this one add."""

from collections.abc import Iterator

from auditing.evidence.findings import Verdict
from auditing.population.population import Counts
from auditing.report.statement import Counted, HeldAgainst, Lacking, Limit
from auditing.verification.unseen import UNSEEN
from models.message import Message, msg
from models.rules.registry import RULES


def limits(
    counted: Counted, population: Counts, held: HeldAgainst | None, lacking: Lacking | None, *, is_founder_known: bool
) -> tuple[Limit, ...]:
    """All of them, those first that hold of every audit."""
    return (*ALWAYS, *_of_rules(), *_of_checkpoint(held, is_founder_known), *_of_numbers(counted, population, lacking))


def _limit(what: Message, why: Message) -> Limit:
    return Limit(what=what, why=why)


ALWAYS = (
    _limit(
        msg("limit.true", "That what was recorded is true"),
        msg(
            "limit.true.why",
            "The audit compares what was kept in several places. What somebody recorded wrongly from the beginning"
            " agrees everywhere.",
        ),
    ),
    _limit(
        msg("limit.left_out", "That nobody was left out of the system"),
        msg(
            "limit.left_out.why",
            "What was decided beside the system, on paper or by word of mouth, leaves nothing to audit.",
        ),
    ),
    _limit(
        msg("limit.texts", "What reasons and notes say"),
        msg(
            "limit.texts.why",
            "They are read by nobody here. The audit only sees whether a text is the one that was once written.",
        ),
    ),
    _limit(
        msg("limit.keys", "That a person signed, and not somebody with their key"),
        msg(
            "limit.keys.why",
            "Who has the key of a person, a server or a worker can sign as they would. A signature shows the key, and"
            " the register says whose it is.",
        ),
    ),
    _limit(
        msg("limit.own_code", "That the rules were right"),
        msg(
            "limit.own_code.why",
            "The journeys were replayed with the rules in force at the time and with the product's own code. Whether"
            " the rules follow the law is for a lawyer to say.",
        ),
    ),
)


def _of_rules() -> Iterator[Limit]:
    for rule, why in UNSEEN.items():
        yield _limit(msg("limit.rule", "Whether this rule was always kept: {rule}", rule=RULES[rule].in_words), why)


def _of_checkpoint(held: HeldAgainst | None, is_founder_known: bool) -> Iterator[Limit]:
    if held is None:
        yield _limit(
            msg("limit.no_checkpoint", "That nothing was removed or rewritten as a whole"),
            msg(
                "limit.no_checkpoint.why",
                "No checkpoint was given. Who could write to everything at once, with the keys of workers, could have"
                " made a consistent whole of something else.",
            ),
        )
    else:
        yield _limit(
            msg("limit.before_checkpoint", "What was wrong before the checkpoint was made"),
            msg("limit.before_checkpoint.why", "It shows that nothing has changed since, and nothing about before."),
        )
        if held.rows_since:
            yield _limit(
                msg("limit.after_checkpoint", "That rows after the checkpoint are all there: {rows}",
                    rows=held.rows_since),
                msg("limit.after_checkpoint.why", "What came last can be cut off unseen until the next checkpoint."),
            )  # fmt: skip
        if not held.is_key_known:
            yield _limit(
                msg("limit.key_unknown", "That the checkpoint is the auditor's"),
                msg(
                    "limit.key_unknown.why",
                    "No public key was given to compare it with. Compare the one in this report with the one that was"
                    " handed out.",
                ),
            )
    if not is_founder_known:
        yield _limit(
            msg("limit.founder_unknown", "That the register of staff is the right one"),
            msg(
                "limit.founder_unknown.why",
                "The key with which it was founded was not given. Compare the one in this report with the one that the"
                " employer handed out.",
            ),
        )


def _of_numbers(counted: Counted, population: Counts, lacking: Lacking | None) -> Iterator[Limit]:
    not_verified = max(0, population.journeys + counted.beyond - counted.journeys)
    if not_verified:
        yield _limit(
            msg("limit.not_verified", "Anything about journeys that were not verified: {count}", count=not_verified),
            msg("limit.not_verified.why", "They are in the population and have no verdict here."),
        )
    if population.hidden:
        yield _limit(
            msg("limit.hidden", "Anything about journeys of protected persons that a town leaves out: {count}",
                count=population.hidden),
            msg("limit.hidden.why", "Nobody is told in which town a protected person is."),
        )  # fmt: skip
    if counted.protected:
        yield _limit(
            msg("limit.protected", "More than the verdict on journeys of protected persons: {count}",
                count=counted.protected),
            msg("limit.protected.why",
                "They are verified and counted. Only the staff named for them may read of them."),
        )  # fmt: skip
    if erased := counted.verdicts.get(Verdict.ERASED, 0):
        yield _limit(
            msg("limit.erased", "What erased journeys contained: {count}", count=erased),
            msg("limit.erased.why", "Their contents can no longer be opened. That something was recorded, when and by"
                " which key, is still verified."),
        )  # fmt: skip
    if gone := counted.verdicts.get(Verdict.NOT_VERIFIABLE, 0):
        yield _limit(
            msg("limit.not_verifiable", "Whether journeys agree whose history is gone: {count}", count=gone),
            msg("limit.not_verifiable.why", "Neither the server nor the archive keeps all of it."),
        )
    if counted.remarks:
        yield _limit(
            msg("limit.remarks", "Whether differences that another version of the code explains are only that: {count}",
                count=counted.remarks),
            msg("limit.remarks.why", "Another version wrote the history than the one that replayed it."),
        )  # fmt: skip
    if lacking is not None and lacking.unseen:
        yield _limit(
            msg("limit.lacks_unseen", "What is late or missing in journeys that could not be looked through: {count}",
                count=lacking.unseen),
            msg("limit.lacks_unseen.why", "Their rules or contents are gone, or their rows contradict them."),
        )  # fmt: skip
    if lacking is None:
        yield _limit(
            msg("limit.lacks_unknown", "What was late or missing"),
            msg("limit.lacks_unknown.why", "The journeys could not be read when the report was made."),
        )
