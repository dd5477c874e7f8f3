"""Rules of what is recorded: that it is an event at all, and what only the database and the directory can judge."""

from collections.abc import Collection

from models.message import N_, msg
from models.programme.admission import LastWorked
from models.programme.cohorts import CohortDemand
from models.programme.interns import InternsDemand, most_interns
from models.programme.offers import LotDemand
from models.programme.training import Taken, TrainingDemand, lacks
from models.programme.way import OtherUnit
from models.rules.decision import Held, Judgement
from models.rules.grounds import (
    NO_TRAINING,
    NOBODY_NAMED,
    cohort_had_room,
    comes_back,
    had_the_role,
    it_is_signed,
    need_was_stated,
    notice_was_theirs,
    number_came_up,
    own_key_is_demanded,
    place_was_given,
    position_was_known,
    profile_was_asked_for,
    rules_were_in_force,
    texts_were_kept,
    the_key_counted,
    took_charge,
    trained,
    unit_had_room,
    unit_was_another,
    unit_was_not_the_last_one,
    unit_was_trained,
    was_permitted,
)
from models.rules.registry import AUTHORITY, RULES, Guard, Rule, declare, rule

POSITIONS, STORAGE = N_("positions"), N_("the database")
"""Where it is written what is known."""

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
    judges=it_is_signed,
)
the_key_is_the_authors = declare(
    "the_key_is_the_authors",
    says="The key is enrolled and that of the author.",
    source=AUTHORITY,
    in_recording=True,
    judges=the_key_counted,
)
the_own_key_is_given = declare(
    "the_own_key_is_given",
    says="What a person's own key has signed is this event; what takes two carries it where the programme demands it.",
    source=AUTHORITY,
    in_recording=True,
    judges=own_key_is_demanded,
)
the_author_has_the_role = declare(
    "the_author_has_the_role",
    says="The author has the role on that day.",
    source=AUTHORITY,
    in_recording=True,
    judges=had_the_role,
)
the_author_is_permitted = declare(
    "the_author_is_permitted",
    says="The role permits the event for this candidate.",
    source=AUTHORITY,
    in_recording=True,
    judges=was_permitted,
)
the_rules_are_registered = declare(
    "the_rules_are_registered",
    says="The rules were put in force.",
    source=AUTHORITY,
    in_recording=True,
    judges=rules_were_in_force,
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
    judges=took_charge,
)
the_text_is_kept_apart = declare(
    "the_text_is_kept_apart",
    says="Each text that somebody wrote is kept apart, and the event carries its reference.",
    source=STORAGE,
    in_recording=True,
    judges=texts_were_kept,
)
the_earlier_way_has_ended = declare(
    "the_earlier_way_has_ended",
    says="A candidate who comes back to a programme has ended the journey before.",
    source=STORAGE,
    in_recording=True,
    judges=comes_back,
)
the_notice_exists = declare(
    "the_notice_exists",
    says="The notice is one of this journey to that partner.",
    source=N_("notices"),
    in_recording=True,
    judges=notice_was_theirs,
)
the_position_exists = declare(
    "the_position_exists",
    says="The position is one of the programme's.",
    source=POSITIONS,
    in_recording=True,
    judges=position_was_known,
)
the_position_fills_a_need = declare(
    "the_position_fills_a_need",
    says="The position names the staffing need that it fills.",
    source=POSITIONS,
    in_recording=True,
    judges=need_was_stated,
)
checked_for_the_position = declare(
    "checked_for_the_position",
    says="The candidate was checked against the profile of the position.",
    source=POSITIONS,
    in_recording=True,
    judges=profile_was_asked_for,
)
a_place_is_free = declare(
    "a_place_is_free",
    says="A place of the position is free.",
    source=POSITIONS,
    in_recording=True,
    judges=place_was_given,
)


@rule(
    "the_unit_is_large_enough",
    says="The unit has ordinary employees enough for one intern more.",
    uses=("internship.interns_per_employees",),
    in_recording=True,
    judges=unit_had_room,
)
def the_unit_is_large_enough(demand: InternsDemand, position: str, employees: int | None, interns: int) -> Judgement:
    """At most so many interns at a time as the programme allows for the ordinary employees. `interns` are there now."""
    if employees is None:
        message = msg(
            "the_unit_is_large_enough.unknown",
            "{position} does not state how many ordinary employees its unit has. Choose another position, or add the "
            "number to the position.",
            position=position,
        )
        return the_unit_is_large_enough.refuse(message, demand.source)
    most = most_interns(demand.limits, employees)
    if interns < most:
        return Held(
            msg(
                "the_unit_is_large_enough.holds",
                "The unit of {position} may have {most} interns at a time for its {employees} ordinary employees, and "
                "had {interns}.",
                position=position,
                most=most,
                employees=employees,
                interns=interns,
            )
        )
    message = msg(
        "the_unit_is_large_enough.too_many",
        "The unit of {position} has {interns} interns now, and for its {employees} ordinary employees there may be "
        "{most} at a time. Choose a position in another unit, or wait until one of them has ended.",
        position=position,
        most=most,
        employees=employees,
        interns=interns,
    )
    return the_unit_is_large_enough.refuse(message, demand.source)


@rule(
    "a_place_in_the_cohort_is_free",
    says="A place is free in the cohort to which the candidate is admitted.",
    uses=("cohorts",),
    in_recording=True,
    judges=cohort_had_room,
)
def a_place_in_the_cohort_is_free(demand: CohortDemand, admitted: int) -> Judgement:
    """At most as many as the cohort has places. `admitted` are the others who have one."""
    cohort = demand.cohort
    if admitted < cohort.places:
        return Held(
            msg(
                "a_place_in_the_cohort_is_free.holds",
                "Of {places} places in {cohort}, others had {admitted}.",
                places=cohort.places,
                cohort=cohort.name,
                admitted=admitted,
            )
        )
    message = msg(
        "a_place_in_the_cohort_is_free.full",
        "Every place in {cohort} is taken ({places} in all). Admit the candidate to another cohort, or wait until "
        "somebody leaves before it begins.",
        cohort=cohort.name,
        places=cohort.places,
    )
    return a_place_in_the_cohort_is_free.refuse(message, demand.source)


@rule(
    "earlier_numbers_come_first",
    says="A place is offered once everybody with an earlier number has been offered one.",
    uses=("lottery.offers_in_order",),
    in_recording=True,
    judges=number_came_up,
)
def earlier_numbers_come_first(demand: LotDemand, before: Collection[int]) -> Judgement:
    """`before` are the earlier numbers, for the same profile, of those who wait and were offered nothing."""
    if not before:
        return Held(
            msg(
                "earlier_numbers_come_first.holds",
                "The candidate has number {number}, and nobody waited with an earlier one.",
                number=demand.number,
            )
        )
    message = msg(
        "earlier_numbers_come_first.waits",
        "The candidate has number {number}, and number {first} comes first. Offer the place to that candidate, or "
        "record that they have left.",
        number=demand.number,
        first=min(before),
    )
    return earlier_numbers_come_first.refuse(message, demand.source)


@rule(
    "the_supervisor_is_trained",
    says="The supervisor has taken the training that the programme asks for.",
    uses=("training.package", "training.supervisor"),
    in_recording=True,
    judges=trained("supervisor"),
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
    judges=trained("mentor"),
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
    judges=unit_was_trained,
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


@rule(
    "the_unit_is_another",
    says="Each internship is in another unit than those before it, where the programme asks for that.",
    uses=("way.units_differ",),
    in_recording=True,
    judges=unit_was_another,
)
def the_unit_is_another(demand: OtherUnit, position: str, unit: str, before: Collection[str]) -> Judgement:
    """`before` are the units in which the candidate has completed an internship."""
    if unit not in before:
        return None
    message = msg(
        "the_unit_is_another.same",
        "The candidate has completed an internship in {unit} already, where {position} is. Choose a position in "
        "another unit.",
        unit=unit,
        position=position,
    )
    return the_unit_is_another.refuse(message, demand.source)


@rule(
    "the_unit_is_not_the_last_one",
    says="The internship is not in the unit in which the person last worked, where the programme forbids that.",
    uses=("internship.not_where_last_worked",),
    in_recording=True,
    judges=unit_was_not_the_last_one,
)
def the_unit_is_not_the_last_one(demand: LastWorked, position: str, names: Collection[str]) -> Judgement:
    """`names` are what the unit of the position is called."""
    if demand.unit.casefold() not in {name.casefold() for name in names}:
        return None
    message = msg(
        "the_unit_is_not_the_last_one.same",
        "The candidate last worked in {unit}, where {position} is. Choose a position in another unit.",
        unit=demand.unit,
        position=position,
    )
    return the_unit_is_not_the_last_one.refuse(message, demand.source)


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
