"""Putting right who a candidate is: name, contact and identity number, with a trace that says who and why."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from models.access.identities import CHANGEABLE
from models.access.permissions import Operation
from models.events.events import Referred
from models.identifiers import Actor, CandidateNumber
from models.journey.fold import in_effect
from models.message import Message, msg
from models.stages import Stage
from runtime.errors import Refused, UsageError
from runtime.i18n import _
from services.application import Application, candidate_of
from services.identities.contact import PERSONAL
from services.queries.lines import JourneyLine
from services.reading import hit_upon, may_read_all, write_down
from services.recording.knowledge import known_at
from services.referrals.identity_numbers import age_of
from services.referrals.values import checked, told_in_field

MAY_BE_EMPTY = frozenset(PERSONAL)


def rectify(
    application: Application,
    candidate: str,
    given: str | None,
    said: Mapping[str, str | None],
    because: str | None,
    *,
    keep: bool = False,
    forget: bool = False,
) -> CandidateNumber:
    """Change what is wrong of who a candidate is. What is None stays; an empty address or telephone number is removed.
    `keep` says that what it was before was right until now, and stays as earlier; `forget` removes what was kept so.

    It is written down in each of their journeys before anything is looked up, and in those of another candidate
    whose identity number was asked for. Raises UsageError for a wrong value,
    and where nothing changes; Refused as reading does, and where the identity number is another candidate's.
    """
    number, changes = candidate_of(candidate), _checked(application, said, forget)
    permits = may_read_all(application, number, given, Operation.RECTIFICATION, because)
    for permit in permits:
        write_down(application, permit)
    by = Actor.parse(permits[0].actor)
    _note_other(application, number, changes.get("identity_number"), by)
    application.register.rectify(number, changes, application.now(), by, keep=keep)
    return number


def ages_to_correct(
    application: Application, lines: Iterable[JourneyLine], said: Mapping[str, str | None]
) -> Iterator[Message]:
    """Of each open one of the journeys, whose reading is written down, where the referral tells an age: that it is
    another one by the identity number that is given. Nothing where none is given. Raises UsageError for a wrong one."""
    if not (written := said.get("identity_number")):
        return
    with told_in_field("identity_number"):
        identity_number = checked("identity_number", written, application.today())
    for line in lines:
        if line.stage is Stage.CLOSED:
            continue
        journey = known_at(application, line.journey_id, application.today()).journey
        rules = journey.state.rules if journey and journey.state else None  # as they were changed in it
        referrals = (one.event for one in in_effect(journey.entries if journey else ()))
        referral = next((one for one in referrals if isinstance(one, Referred)), None)
        if rules is None or rules.ages is None or referral is None:
            continue
        age = age_of(identity_number, rules.ages, referral.effective_on)
        if referral.age is None or age == referral.age:
            continue
        told = {"programme": rules.name, "day": rules.ages.day(referral.effective_on), "said": referral.age}
        if age is None:
            yield msg(
                "rectification.age_left_open",
                "The number leaves open how old the person is on {day}, and the referral to {programme} says {said}. "
                "Ask for the date of birth, and correct the age in the referral if it is another.",
                **told,
            )
        else:
            yield msg(
                "rectification.other_age",
                "By this number the person is {age} years old on {day}, and the referral to {programme} says {said}. "
                "Correct the age in the referral.",
                age=age,
                **told,
            )


def _note_other(application: Application, number: CandidateNumber, identity_number: str | None, by: Actor) -> None:
    """Write down of another candidate, too, that their identity number was asked for: the answer tells of them."""
    other = application.register.known(identity_number) if identity_number else None
    if other is None or other == number:
        return
    for line in application.lists.found(candidate=other):
        with suppress(Refused):  # that they may not read it stands in the row
            hit_upon(application, line, by, _("The identity number was to be given to another candidate."))
    if other in application.authority.joins.numbers_of(number):
        raise Refused(
            "identity.of_the_same_person",
            "The person has this identity number already, as candidate {other}. Nothing needs to be put right.",
            other=other,
        )


def _checked(application: Application, said: Mapping[str, str | None], forget: bool) -> dict[str, Any]:
    given = {name: text for name in CHANGEABLE if (text := said.get(name)) is not None}
    if not given and not forget:
        raise UsageError("rectification.nothing", "State what is to be put right.")
    today, changes = application.today(), dict[str, Any](earlier=[]) if forget else {}
    for name, text in given.items():
        with told_in_field(name):
            changes[name] = None if name in MAY_BE_EMPTY and not text else checked(name, text, today)
    return changes
