"""On what a rule that the database judged rests, as far as the event and the states around it tell."""

from collections.abc import Callable, Iterator

from models.events import events as e
from models.events.descriptions import name_of
from models.events.texts import texts_in
from models.identifiers import Role
from models.message import msg
from models.programme.training import TrainingRule
from models.rules.context import Recorded
from models.rules.decision import Held, Inapplicable, Unaskable
from models.state.other_units import units_as_corrected

Said = bool | Held | Inapplicable | Unaskable
"""Whether a rule was asked; where it was, on what it rests if that can be told, or why it had nothing to judge."""

BY_THE_JOURNEY = Inapplicable(
    msg("the_event_is_signed.by_the_journey", "The journey itself said it, and no person was to sign it.")
)
OWN_KEY_NOT_DEMANDED = Inapplicable(
    msg("the_own_key_is_given.not_demanded", "The programme demands no signature with a person's own key.")
)
NO_TEXT = Inapplicable(msg("the_text_is_kept_apart.none", "The event has no text that somebody wrote."))
KEEPS_ITS_PLACE = Inapplicable(msg("a_place_is_free.takes_none", "No new place is taken."))
AS_MANY_AS_PLACES = Inapplicable(
    msg("the_unit_is_large_enough.not_asked", "The programme allows as many interns as there are places.")
)
NO_COHORT = Inapplicable(msg("a_place_in_the_cohort_is_free.none", "The candidate is admitted to no cohort."))
NO_NUMBER = Inapplicable(
    msg("earlier_numbers_come_first.none", "No place is offered to somebody who waits with a number.")
)
NO_TRAINING = Inapplicable(msg("the_unit_is_trained.not_asked", "The programme asks for no such training."))
NOBODY_NAMED = Inapplicable(msg("the_person_is_trained.nobody", "Nobody is named in that part."))
IN_OTHER_LEDGERS = Unaskable(
    msg("the_earlier_way_has_ended.elsewhere", "The candidate's other journeys are in ledgers of their own.")
)
ROLES_AGREED = (e.TemporaryRoleAgreed, e.PermanentRoleAgreed)
AGREED = (e.InternshipAgreed, *ROLES_AGREED)


def _said(recorded: Recorded) -> Iterator[e.Event]:
    """The event, and what a correction puts in another's place."""
    yield recorded.event
    if isinstance(recorded.event, e.Corrected) and recorded.event.replacement is not None:
        yield recorded.event.replacement


def _of_somebody(held: Callable[[Recorded], Held]) -> Callable[[Recorded], Said]:
    """What a rule about the author rests on, where the author is no journey."""
    return lambda recorded: held(recorded) if recorded.event.kind not in e.SAID_BY_THE_JOURNEY else BY_THE_JOURNEY


@_of_somebody
def it_is_signed(recorded: Recorded) -> Held:
    return Held(
        msg(
            "the_event_is_signed.holds",
            "It came with a signature over this event in this journey, in the name of {actor}.",
            actor=recorded.event.actor,
        )
    )


@_of_somebody
def the_key_counted(recorded: Recorded) -> Held:
    return Held(
        msg(
            "the_key_is_the_authors.holds",
            "By the register, the key that signed it counted then, and spoke for {actor}.",
            actor=recorded.event.actor,
        )
    )


@_of_somebody
def had_the_role(recorded: Recorded) -> Held:
    actor = recorded.event.actor
    if actor.role is Role.PARTNER:
        return Held(
            msg("the_author_has_the_role.partner", "By the key alone, that part is one of {actor}.", actor=actor)
        )
    message = msg(
        "the_author_has_the_role.holds", "The register had {actor} in that role when it was recorded.", actor=actor
    )
    return Held(message)


@_of_somebody
def was_permitted(recorded: Recorded) -> Held:
    """Whose permission: that of the person in charge, of somebody else of that role, or of another part."""
    event, state = recorded.event, recorded.before
    values = {"actor": event.actor, "kind": name_of(event.kind)}
    if state is None or event.actor.role is not Role.COORDINATOR:
        message = msg(
            "the_author_is_permitted.by_role", "Recorded by {actor}, whose role may record it: {kind}.", **values
        )
    elif state.coordinator == event.actor.name:
        message = msg("the_author_is_permitted.in_charge", "Recorded by {actor}, who was in charge: {kind}.", **values)
    else:
        message = msg(
            "the_author_is_permitted.for_another",
            "Recorded by {actor}, for a candidate of whom {coordinator} was in charge: {kind}.",
            coordinator=state.coordinator,
            **values,
        )
    return Held(message)


def rules_were_in_force(recorded: Recorded) -> Said:
    state = recorded.before or recorded.after
    if recorded.event.kind in e.SAID_BY_THE_JOURNEY:
        return BY_THE_JOURNEY
    if state is None:
        return True
    return Held(
        msg(
            "the_rules_are_registered.holds",
            "The rules of {programme} that judged it had been put in force.",
            programme=state.rules.name,
        )
    )


def own_key_is_demanded(recorded: Recorded) -> Said:
    state = recorded.before or recorded.after
    if recorded.event.kind in e.SAID_BY_THE_JOURNEY:
        return BY_THE_JOURNEY
    return bool(state and state.rules.decisions.own_key == "demanded") or OWN_KEY_NOT_DEMANDED


def texts_were_kept(recorded: Recorded) -> Said:
    texts = sum(1 for _text in texts_in(recorded.event.model_dump(mode="json")))
    if not texts:
        return NO_TEXT
    return Held(
        msg(
            "the_text_is_kept_apart.holds",
            "Texts that were kept apart, of which the event has references alone: {count}.",
            count=texts,
        )
    )


def took_charge(recorded: Recorded) -> Said:
    for said in _said(recorded):
        if isinstance(said, e.CoordinatorChanged | e.Referred):
            return Held(
                msg(
                    "the_coordinator_is_known.holds",
                    "The register had {coordinator} as somebody who takes charge in the programme.",
                    coordinator=said.coordinator,
                )
            )
    return False


def notice_was_theirs(recorded: Recorded) -> Said:
    event = recorded.event
    if not isinstance(event, e.PartnerAcknowledged):
        return False
    if event.actor.role is not Role.PARTNER:
        return Held(msg("the_notice_exists.of_this_journey", "The notice that is confirmed is one of this journey."))
    return Held(
        msg(
            "the_notice_exists.holds",
            "The notice that is confirmed is one of this journey to {partner}.",
            partner=event.actor.name,
        )
    )


def comes_back(recorded: Recorded) -> Said:
    return IN_OTHER_LEDGERS if isinstance(recorded.event, e.Referred) else False


def _takes_a_place(recorded: Recorded) -> str | Inapplicable | None:
    """The position of which a new place is held afterwards; a place is asked about where somebody is to work."""
    place = recorded.after.place if recorded.after else None
    if place is not None and place != (recorded.before.place if recorded.before else None):
        return place
    asked = any(isinstance(said, (*AGREED, e.Resumed)) for said in _said(recorded))
    return KEEPS_ITS_PLACE if asked else None


def position_was_known(recorded: Recorded) -> Said:
    place = _takes_a_place(recorded)
    agreed = (said.position for said in _said(recorded) if isinstance(said, ROLES_AGREED))
    position = place if isinstance(place, str) else next(agreed, None)
    if position is None:
        return False
    return Held(msg("the_position_exists.holds", "{position} was one of the programme's.", position=position))


def need_was_stated(recorded: Recorded) -> Said:
    place = _takes_a_place(recorded)
    if not isinstance(place, str):
        return place or False
    return Held(
        msg("the_position_fills_a_need.holds", "{position} stated then which staffing need it fills.", position=place)
    )


def profile_was_asked_for(recorded: Recorded) -> Said:
    place, profile = _takes_a_place(recorded), recorded.after.profile if recorded.after else None
    if not isinstance(place, str):
        return place or False
    if profile is None:
        return True
    return Held(
        msg(
            "checked_for_the_position.holds",
            "{position} required the profile {profile}, against which the candidate had been checked.",
            position=place,
            profile=profile,
        )
    )


def place_was_given(recorded: Recorded) -> Said:
    place = _takes_a_place(recorded)
    if not isinstance(place, str):
        return place or False
    return Held(
        msg(
            "a_place_is_free.holds",
            "Of {position} a place was free, and from this row on the candidate held it.",
            position=place,
        )
    )


def number_came_up(recorded: Recorded) -> Said:
    before, event = recorded.before, recorded.event
    if not isinstance(event, e.PlaceOffered):
        return False
    rule = before.rules.lottery if before else None
    if before is None or rule is None or not rule.offers_in_order or before.lot is None or before.lot.is_used:
        return NO_NUMBER
    return Held(
        msg(
            "earlier_numbers_come_first.was",
            "The candidate had number {number}, and nobody waited with an earlier one.",
            number=before.lot.number,
        )
    )


def cohort_had_room(recorded: Recorded) -> Said:
    cohort = recorded.after.in_cohort if recorded.after else None
    had = recorded.before.in_cohort if recorded.before else None
    if cohort is not None and (had is None or had.id != cohort.id):
        return Held(
            msg("a_place_in_the_cohort_is_free.was", "In {cohort} a place was free, and was taken.", cohort=cohort.name)
        )
    return NO_COHORT if any(isinstance(said, e.ReferralAccepted) for said in _said(recorded)) else False


def unit_had_room(recorded: Recorded) -> Said:
    place, after = _takes_a_place(recorded), recorded.after
    if not isinstance(place, str):
        return place or False
    if after is None or not after.rules.internship.interns_per_employees:
        return AS_MANY_AS_PLACES
    return Held(
        msg(
            "the_unit_is_large_enough.was",
            "The unit of {position} had ordinary employees enough for one intern more.",
            position=place,
        )
    )


FIRST_INTERNSHIP = Inapplicable(msg("the_unit_is_another.first", "No internship was completed before this one."))
ANY_UNIT = Inapplicable(msg("the_unit_is_another.any", "The programme lets internships be in the same unit."))


def unit_was_another(recorded: Recorded) -> Said:
    place, after = _takes_a_place(recorded), recorded.after
    corrected = units_as_corrected(recorded.event, recorded.before, after)
    if corrected is not None:
        return Held(
            msg(
                "the_unit_is_another.as_corrected",
                "As corrected, each of these internships was in a unit of its own: {positions}.",
                positions=corrected.earlier,
            )
        )
    if not isinstance(place, str) or after is None:
        return place if isinstance(place, Inapplicable) else False
    if not after.rules.shape.units_differ:
        return ANY_UNIT
    if not after.completed:
        return FIRST_INTERNSHIP
    earlier = [one.position for one in after.completed]
    message = msg(
        "the_unit_is_another.holds",
        "{position} was in another unit than {earlier}, where an internship was completed before.",
        position=place,
        earlier=earlier,
    )
    return Held(message)


LAST_UNIT_NOT_SAID = Inapplicable(
    msg("the_unit_is_not_the_last_one.not_said", "The referral does not say where the person last worked.")
)
ANYWHERE = Inapplicable(
    msg("the_unit_is_not_the_last_one.anywhere", "The programme lets an internship be where the person last worked.")
)


def unit_was_not_the_last_one(recorded: Recorded) -> Said:
    place, after = _takes_a_place(recorded), recorded.after
    if not isinstance(place, str) or after is None:
        return place if isinstance(place, Inapplicable) else False
    if not after.rules.internship.not_where_last_worked:
        return ANYWHERE
    if after.last_unit is None:
        return LAST_UNIT_NOT_SAID
    return Held(
        msg(
            "the_unit_is_not_the_last_one.holds",
            "{position} was in another unit than {unit}, where the person last worked.",
            position=place,
            unit=after.last_unit,
        )
    )


def trained(part: str) -> Callable[[Recorded], Said]:
    """On what it rests that the supervisor or the mentor of an internship has taken the programme's training."""

    def was_trained(recorded: Recorded) -> Said:
        agreed, rule = _training(recorded)
        if agreed is None:
            return False
        if rule is None or not getattr(rule, part):
            return NO_TRAINING
        if (person := getattr(agreed, part)) is None:
            return NOBODY_NAMED
        return Held(
            msg(
                "the_person_is_trained.holds",
                "{person} had taken {package}, and it counted on {day}.",
                person=person,
                package=rule.package.name,
                day=agreed.starts_on,
            )
        )

    return was_trained


def unit_was_trained(recorded: Recorded) -> Said:
    agreed, rule = _training(recorded)
    if agreed is None:
        return False
    if rule is None or not rule.share_of_unit:
        return NO_TRAINING
    return Held(
        msg(
            "the_unit_is_trained.share",
            "Of the staff of the unit of {position}, {share} per cent or more had taken {package} by {day}.",
            position=agreed.position,
            share=rule.share_of_unit,
            package=rule.package.name,
            day=agreed.starts_on,
        )
    )


def _training(recorded: Recorded) -> tuple[e.InternshipAgreed | None, TrainingRule | None]:
    """The internship that is agreed, and what the programme asks of those who receive the intern."""
    agreed = next((said for said in _said(recorded) if isinstance(said, e.InternshipAgreed)), None)
    if agreed is None or recorded.after is None:
        return None, None
    return agreed, recorded.after.rules.training
