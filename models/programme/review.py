"""Whether requirement profiles and positions are thought through: asked only for what the job needs, and real work."""

from collections.abc import Iterable, Iterator

from models.fields import Strict
from models.message import Message, msg
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import RequirementProfile


class Concern(Strict):
    """What a review found: the check that found it, where, and what to do. `requirement` is None for the whole."""

    check: str
    requirement: str | None = None
    message: Message


HAS_A_REASON = "the_requirement_has_a_reason"
IS_CONFIRMED = "the_formal_requirement_is_confirmed"


def review_profile(profile: RequirementProfile) -> Iterator[Concern]:
    """What a profile lacks, requirement by requirement."""
    for one in profile.requirements:
        if one.essential and not one.why:
            message = msg(
                "review.no_reason",
                "{requirement} is essential and has no reason. Write in why what this job needs it for, or make it"
                " desirable.",
                requirement=one.id,
            )
            yield Concern(check=HAS_A_REASON, requirement=one.id, message=message)
        if one.essential and one.formal and not one.confirmed:
            message = msg(
                "review.formal_unconfirmed",
                "{requirement} asks for a formal merit ({formal}) that nobody has confirmed. Talk it "
                "through with the agency and write in confirmed which office agreed and on which day, or "
                "make it desirable.",
                requirement=one.id,
                formal=one.formal,
            )
            yield Concern(check=IS_CONFIRMED, requirement=one.id, message=message)


def review_position(position: Position, programmes: Iterable[Programme]) -> list[Concern]:
    """What a position and the profile that it asks for lack in the eyes of its programmes, each thing once."""
    found: dict[tuple[str, str | None, str], Concern] = {}
    for programme in programmes:
        profile = programme.profile(position.profile)
        for concern in (*_of_position(position, programme), *(review_profile(profile) if profile else ())):
            found.setdefault((concern.check, concern.requirement, str(concern.message)), concern)
    return list(found.values())


def _of_position(position: Position, programme: Programme) -> Iterator[Concern]:
    if not position.staffing_need:
        message = msg(
            "review.no_staffing_need",
            "{position} states no staffing need. Write in staffing_need which existing work it fills.",
            position=position.id,
        )
        yield Concern(check="the_position_states_a_need", message=message)
    if not position.supervisor and programme.internship.supervisor_required:
        message = msg(
            "review.no_supervisor", "{position} has no supervisor. Name one in supervisor.", position=position.id
        )
        yield Concern(check="the_position_has_a_supervisor", message=message)
    if position.ordinary_employees is None and programme.internship.interns_per_employees:
        message = msg(
            "review.no_ordinary_employees",
            "{position} does not state how many ordinary employees its unit has, and {programme} allows interns by "
            "their number. Write it in ordinary_employees.",
            position=position.id,
            programme=programme.id,
        )
        yield Concern(check="the_position_states_the_employees", message=message)
    if not position.mentor and programme.internship.mentor_required:
        message = msg(
            "review.no_mentor",
            "{position} has no mentor, and {programme} requires one. Name one in mentor.",
            position=position.id,
            programme=programme.id,
        )
        yield Concern(check="the_position_has_a_mentor", message=message)
