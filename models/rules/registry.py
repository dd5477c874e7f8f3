"""The rules: each is declared once, with its id, its sentence and the figures of the programme that it relies on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar

from models.fields import Source
from models.message import N_, Message, plain
from models.rules.context import Recorded
from models.rules.decision import Held, Inapplicable, Judgement, Refusal, Unaskable

DESIGN = N_("the product's rules")
"""Source of rules that no law or agreement asks for but that keep a journey truthful."""

AUTHORITY = "models/access"
"""Source of rules about who people are and what they may do, as the ledger keeps it."""

SOURCES_IN_WORDS = {AUTHORITY: N_("the register of staff and the table of permissions")}
"""Sources whose name in the ledger is no word for people."""

P = ParamSpec("P")


@dataclass(frozen=True)
class Rule:
    """What holds of every event that is accepted: `says` is the sentence, `uses` names the figures relied on.

    The ledger and an audit know a rule by its `id`. One that is asked `in_recording` can only be judged by the database
    and the directory: the core, asked again later, knows nothing of it but what `judges` says: whether an event gave it
    something to judge. Of the figures see `models.rules.figures`.

    `stricter_since` is the version in which the code of a rule began to refuse more than before, or in which the rule
    came: only then can what it refuses have been accepted by the code of its day.
    """

    id: str
    says: str
    uses: tuple[str, ...] = ()
    in_recording: bool = False
    source: str = DESIGN
    judges: "Judges | None" = None
    stricter_since: str | None = None

    @property
    def in_words(self) -> Message:
        """The sentence, which the catalogue has in both languages."""
        return Message(id=f"rule.{self.id}")

    def refuse(self, message: Message, source: Source | None = None) -> Refusal:
        """The refusal of an event for which the rule does not hold, with its `source` where the rule declares none."""
        return Refusal(self.id, source or self.source, message)


Judges = Callable[[Recorded], bool | Held | Inapplicable | Unaskable]
"""Whether a rule is asked of an event as it was recorded: on what it rests then, or why it had nothing to judge."""


@dataclass(frozen=True)
class Guard(Rule, Generic[P]):
    """A rule that can `judge`: it holds, had nothing to judge, or refuses. Called, it gives the refusal alone."""

    judge: Callable[P, Judgement] = field(kw_only=True)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Refusal | None:
        judgement = self.judge(*args, **kwargs)
        return judgement if isinstance(judgement, Refusal) else None


RULES: dict[str, Rule] = {}
"""Every rule by its id."""

R = TypeVar("R", bound=Rule)


def rule(
    id: str,
    *,
    says: str,
    uses: tuple[str, ...] = (),
    in_recording: bool = False,
    judges: Judges | None = None,
    stricter_since: str | None = None,
) -> Callable[[Callable[P, Judgement]], Guard[P]]:
    """Make a function the guard of this id. Raises ValueError where another rule has it."""
    return lambda judge: _registered(
        Guard(id, says, uses, in_recording, judges=judges, stricter_since=stricter_since, judge=judge)
    )


def declare(
    id: str, *, says: str, source: str = DESIGN, in_recording: bool = False, judges: Judges | None = None
) -> Rule:
    """Declare a rule that is judged where it is used. Raises ValueError where another rule has this id."""
    return _registered(Rule(id, says, source=source, in_recording=in_recording, judges=judges))


def _registered(rule: R) -> R:
    if RULES.setdefault(rule.id, rule) is not rule:
        raise ValueError(f"two rules are called {rule.id}")
    return rule


def rule_in_words(rule: str) -> Message:
    """A rule as a sentence; one of another version, which nobody has put into words here, by its name."""
    return RULES[rule].in_words if rule in RULES else plain(rule.replace("_", " "))


def became_stricter(rule: str) -> bool:
    """Whether the code of a rule has refused less in an earlier version."""
    return rule in RULES and RULES[rule].stricter_since is not None


def first_refusal(guards: Iterable[Guard[P]], *args: P.args, **kwargs: P.kwargs) -> Refusal | None:
    """What the first guard that does not let it pass says."""
    for guard in guards:
        refusal = guard(*args, **kwargs)
        if refusal is not None:
            return refusal
    return None
