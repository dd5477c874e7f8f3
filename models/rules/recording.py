"""Rules of what is recorded: that it is an event at all, and what only the database and the directory can judge."""

from collections.abc import Callable, Collection, Iterator

from models.events import events as e
from models.events.texts import texts_in
from models.message import N_, msg
from models.programme.training import Taken, TrainingDemand, TrainingRule, lacks
from models.rules.context import Recorded
from models.rules.decision import Held, Inapplicable, Judgement, Unaskable
from models.rules.registry import RULES, Guard, Rule, declare, rule

POSITIONS, STORAGE = N_("positions"), N_("the database")
AUTHORITY = "models/access"
"""Where it is written what is known: of people and what they may do, in the register of staff and the table there."""

Said = bool | Inapplicable | Unaskable

BY_THE_JOURNEY = Inapplicable(
    msg("the_event_is_signed.by_the_journey", "The journey itself said it, and no person was to sign it.")
)
OWN_KEY_NOT_DEMANDED = Inapplicable(
    msg("the_own_key_is_given.not_demanded", "The programme demands no signature with a person's own key.")
)
NO_TEXT = Inapplicable(msg("the_text_is_kept_apart.none", "The event has no text that somebody wrote."))
KEEPS_ITS_PLACE = Inapplicable(msg("a_place_is_free.takes_none", "No new place is taken."))
NO_TRAINING = Inapplicable(msg("the_unit_is_trained.not_asked", "The programme asks for no such training."))
NOBODY_NAMED = Inapplicable(msg("the_person_is_trained.nobody", "Nobody is named in that part."))
IN_OTHER_LEDGERS = Unaskable(
    msg("the_earlier_way_has_ended.elsewhere", "The candidate's other journeys are in ledgers of their own.")
)
ROLES_AGREED = (e.TemporaryRoleAgreed, e.PermanentRoleAgreed)


def _said(recorded: Recorded) -> Iterator[e.Event]:
    """The event, and what a correction puts in another's place."""
    yield recorded.event
    if isinstance(recorded.event, e.Corrected) and recorded.event.replacement is not None:
        yield recorded.event.replacement


def _by_somebody(recorded: Recorded) -> Said:
    return recorded.event.kind not in e.SAID_BY_THE_JOURNEY or BY_THE_JOURNEY


def _demands_own_key(recorded: Recorded) -> Said:
    state = recorded.before or recorded.after
    if _by_somebody(recorded) is not True:
        return BY_THE_JOURNEY
    return bool(state and state.rules.decisions.own_key == "demanded") or OWN_KEY_NOT_DEMANDED


def _has_text(recorded: Recorded) -> Said:
    return any(texts_in(recorded.event.model_dump(mode="json"))) or NO_TEXT


def _names_a_coordinator(recorded: Recorded) -> Said:
    return any(isinstance(said, e.CoordinatorChanged | e.Referred) for said in _said(recorded))


def _is_confirmation(recorded: Recorded) -> Said:
    return isinstance(recorded.event, e.PartnerAcknowledged)


def _comes_back(recorded: Recorded) -> Said:
    return IN_OTHER_LEDGERS if isinstance(recorded.event, e.Referred) else False


def _takes_a_place(recorded: Recorded) -> Said:
    """Whether the candidate holds another place afterwards; a place is asked about where somebody is to work."""
    place = recorded.after.place if recorded.after else None
    if place is not None and place != (recorded.before.place if recorded.before else None):
        return True
    agreed = any(
        isinstance(said, e.InternshipAgreed | e.TemporaryRoleAgreed | e.PermanentRoleAgreed | e.Resumed)
        for said in _said(recorded)
    )
    return KEEPS_ITS_PLACE if agreed else False


def _names_a_position(recorded: Recorded) -> Said:
    return _takes_a_place(recorded) is True or any(isinstance(said, ROLES_AGREED) for said in _said(recorded))


def _trains(who: Callable[[TrainingRule], object], part: str | None = None) -> Callable[[Recorded], Said]:
    """Whether the programme asks those who receive an intern for training: a `part`, or the unit."""

    def asked(recorded: Recorded) -> Said:
        agreed = next((said for said in _said(recorded) if isinstance(said, e.InternshipAgreed)), None)
        if agreed is None or recorded.after is None:
            return False
        rule = recorded.after.rules.training
        if rule is None or not who(rule):
            return NO_TRAINING
        return True if part is None or getattr(agreed, part) is not None else NOBODY_NAMED

    return asked


it_is_an_event = declare(
    "it_is_an_event", says="What is sent can be read as an event.", source=N_("the definition of events")
)
it_can_be_judged = declare("it_can_be_judged", says="The rules can judge the event.")
each_event_has_its_id = declare(
    "each_event_has_its_id", says="The id was not used for another event.", source=STORAGE, in_recording=True
)
the_row_is_told = declare(
    "the_row_is_told",
    says="The row is told by a history where the database was put back.",
    source=STORAGE,
    in_recording=True,
)
the_loss_takes_two = declare(
    "the_loss_takes_two",
    says="Rows that are lost for good are given up by two operators.",
    source=AUTHORITY,
    in_recording=True,
)
the_event_is_signed = declare(
    "the_event_is_signed",
    says="The event is signed for this journey.",
    source=AUTHORITY,
    in_recording=True,
    judges=_by_somebody,
)
the_key_is_the_authors = declare(
    "the_key_is_the_authors",
    says="The key is enrolled and that of the author.",
    source=AUTHORITY,
    in_recording=True,
    judges=_by_somebody,
)
the_own_key_is_given = declare(
    "the_own_key_is_given",
    says="What a person's own key has signed is this event; what takes two carries it where the programme demands it.",
    source=AUTHORITY,
    in_recording=True,
    judges=_demands_own_key,
)
the_author_has_the_role = declare(
    "the_author_has_the_role",
    says="The author has the role on that day.",
    source=AUTHORITY,
    in_recording=True,
    judges=_by_somebody,
)
the_author_is_permitted = declare(
    "the_author_is_permitted",
    says="The role permits the event for this candidate.",
    source=AUTHORITY,
    in_recording=True,
    judges=_by_somebody,
)
the_rules_are_registered = declare(
    "the_rules_are_registered",
    says="The rules were put in force.",
    source=AUTHORITY,
    in_recording=True,
    judges=_by_somebody,
)
the_journey_is_the_ledgers = declare(
    "the_journey_is_the_ledgers",
    says="The journey goes on from the events that the ledger holds.",
    source=STORAGE,
    in_recording=True,
)
the_coordinator_is_known = declare(
    "the_coordinator_is_known",
    says="The coordinator is known.",
    source=AUTHORITY,
    in_recording=True,
    judges=_names_a_coordinator,
)
the_text_is_kept_apart = declare(
    "the_text_is_kept_apart",
    says="Each text that somebody wrote is kept apart, and the event carries its reference.",
    source=STORAGE,
    in_recording=True,
    judges=_has_text,
)
the_earlier_way_has_ended = declare(
    "the_earlier_way_has_ended",
    says="A candidate who comes back to a programme has ended the journey before.",
    source=STORAGE,
    in_recording=True,
    judges=_comes_back,
)
the_notice_exists = declare(
    "the_notice_exists",
    says="The notice is one of this journey to that partner.",
    source=N_("notices"),
    in_recording=True,
    judges=_is_confirmation,
)
the_position_exists = declare(
    "the_position_exists",
    says="The position is one of the programme's.",
    source=POSITIONS,
    in_recording=True,
    judges=_names_a_position,
)
the_position_fills_a_need = declare(
    "the_position_fills_a_need",
    says="The position names the staffing need that it fills.",
    source=POSITIONS,
    in_recording=True,
    judges=_takes_a_place,
)
checked_for_the_position = declare(
    "checked_for_the_position",
    says="The candidate was checked against the profile of the position.",
    source=POSITIONS,
    in_recording=True,
    judges=_takes_a_place,
)
a_place_is_free = declare(
    "a_place_is_free",
    says="A place of the position is free.",
    source=POSITIONS,
    in_recording=True,
    judges=_takes_a_place,
)


@rule(
    "the_supervisor_is_trained",
    says="The supervisor has taken the training that the programme asks for.",
    uses=("training.package", "training.supervisor"),
    in_recording=True,
    judges=_trains(lambda rule: rule.supervisor, "supervisor"),
)
def the_supervisor_is_trained(demand: TrainingDemand, _unit: str, _staff: Collection[str], taken: Taken) -> Judgement:
    if not demand.rule.supervisor:
        return NO_TRAINING
    return _untrained(the_supervisor_is_trained, demand, "supervisor", demand.supervisor, taken)


@rule(
    "the_mentor_is_trained",
    says="The mentor has taken the training that the programme asks for.",
    uses=("training.package", "training.mentor"),
    in_recording=True,
    judges=_trains(lambda rule: rule.mentor, "mentor"),
)
def the_mentor_is_trained(demand: TrainingDemand, _unit: str, _staff: Collection[str], taken: Taken) -> Judgement:
    if not demand.rule.mentor:
        return NO_TRAINING
    return _untrained(the_mentor_is_trained, demand, "mentor", demand.mentor, taken)


@rule(
    "the_unit_is_trained",
    says="Enough of the unit's staff have taken the training that the programme asks for.",
    uses=("training.package", "training.share_of_unit"),
    in_recording=True,
    judges=_trains(lambda rule: rule.share_of_unit),
)
def the_unit_is_trained(demand: TrainingDemand, unit: str, staff: Collection[str], taken: Taken) -> Judgement:
    """Enough of the unit's staff, whatever their form of employment. A unit of nobody has nobody who is through."""
    package, share, source = demand.rule.package, demand.rule.share_of_unit, demand.rule.source
    if not share:
        return NO_TRAINING
    if not staff:
        message = msg(
            "the_unit_is_trained.no_staff",
            "Nobody is registered as staff of {unit}, so nobody there has taken {package}. Register "
            "the staff of {position}.",
            unit=unit,
            package=package.name,
            position=demand.position,
        )
        return the_unit_is_trained.refuse(message, source)
    through = sum(not lacks(package, taken.get(person, ()), demand.starts_on) for person in staff)
    needed = -(-share * len(staff) // 100)
    if through >= needed:
        return Held(
            msg(
                "the_unit_is_trained.holds",
                "Of the {staff} people who work in the unit, {through} have taken the training, and {needed} are "
                "required.",
                staff=len(staff),
                through=through,
                needed=needed,
            )
        )
    message = msg(
        "the_unit_is_trained.too_few",
        "Of the {staff} people who work in {unit}, {through} have taken {package} by {day}, and "
        "{needed} are required ({share} per cent). See who lacks what on {position}.",
        staff=len(staff),
        unit=unit,
        through=through,
        package=package.name,
        day=demand.starts_on,
        needed=needed,
        share=share,
        position=demand.position,
    )
    return the_unit_is_trained.refuse(message, source)


TRAINING_RULES: tuple[Guard[[TrainingDemand, str, Collection[str], Taken]], ...] = (
    the_supervisor_is_trained,
    the_mentor_is_trained,
    the_unit_is_trained,
)


def _untrained(rule: Rule, demand: TrainingDemand, role: str, person: str | None, taken: Taken) -> Judgement:
    package = demand.rule.package
    if person is None:
        return NOBODY_NAMED
    missing = lacks(package, taken.get(person, ()), demand.starts_on)
    if not missing:
        return None
    message = msg(
        "the_person_is_trained.lacks",
        "{person}, {role}, has not taken {parts} of {package} by {day}, or it has expired. "
        "Choose another person, or record the training.",
        role=role,
        person=person,
        parts=", ".join(missing),
        package=package.name,
        day=demand.starts_on,
        id=package.id,
    )
    return rule.refuse(message, demand.rule.source)


DECIDED_IN_RECORDING = frozenset(rule.id for rule in RULES.values() if rule.in_recording)
"""Rules that only the database and the directory can judge; the core, asked again later, knows nothing of them."""
