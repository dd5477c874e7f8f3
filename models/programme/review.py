"""Whether requirement profiles and positions are thought through: asked only for what the job needs, and real work."""

from collections.abc import Callable, Iterable, Iterator

from models.fields import Strict
from models.message import Message, msg
from models.programme.position import Position
from models.programme.programme import Programme
from models.programme.requirement_profile import Requirement, RequirementProfile


class Concern(Strict):
    """What a review found: the check that found it, where, and what to do. `requirement` is None for the whole."""

    check: str
    requirement: str | None = None
    message: Message


def the_requirement_has_a_reason(requirement: Requirement) -> Message | None:
    if not requirement.essential or requirement.why:
        return None
    return msg(
        "review.no_reason",
        "{requirement} is essential and has no reason. Write in why what this job needs it for, or make it desirable.",
        requirement=requirement.id,
    )


def the_formal_requirement_is_confirmed(requirement: Requirement) -> Message | None:
    if not requirement.essential or requirement.formal is None or requirement.confirmed:
        return None
    return msg(
        "review.formal_unconfirmed",
        "{requirement} asks for a formal merit ({formal}) that nobody has confirmed. Talk it "
        "through with the agency and write in confirmed which office agreed and on which day, or "
        "make it desirable.",
        requirement=requirement.id,
        formal=requirement.formal,
    )


def the_position_fills_a_need(position: Position, _programme: Programme) -> Message | None:
    if position.staffing_need:
        return None
    return msg(
        "review.no_staffing_need",
        "{position} states no staffing need. Write in staffing_need which existing work it fills.",
        position=position.id,
    )


def the_position_has_a_supervisor(position: Position, programme: Programme) -> Message | None:
    if position.supervisor or not programme.internship.supervisor_required:
        return None
    return msg("review.no_supervisor", "{position} has no supervisor. Name one in supervisor.", position=position.id)


def the_position_has_a_mentor(position: Position, programme: Programme) -> Message | None:
    if position.mentor or not programme.internship.mentor_required:
        return None
    return msg(
        "review.no_mentor",
        "{position} has no mentor, and {programme} requires one. Name one in mentor.",
        position=position.id,
        programme=programme.id,
    )


OF_A_REQUIREMENT: tuple[Callable[[Requirement], Message | None], ...] = (
    the_requirement_has_a_reason,
    the_formal_requirement_is_confirmed,
)
OF_A_POSITION: tuple[Callable[[Position, Programme], Message | None], ...] = (
    the_position_fills_a_need,
    the_position_has_a_supervisor,
    the_position_has_a_mentor,
)


def review_profile(profile: RequirementProfile) -> Iterator[Concern]:
    """What a profile lacks, requirement by requirement."""
    for requirement in profile.requirements:
        for check in OF_A_REQUIREMENT:
            message = check(requirement)
            if message is not None:
                yield Concern(check=check.__name__, requirement=requirement.id, message=message)


def review_position(position: Position, programmes: Iterable[Programme]) -> list[Concern]:
    """What a position and the profile that it asks for lack in the eyes of its programmes, each thing once."""
    found: dict[tuple[str, str | None, str], Concern] = {}
    for programme in programmes:
        of_position = [
            Concern(check=check.__name__, message=message)
            for check in OF_A_POSITION
            if (message := check(position, programme)) is not None
        ]
        profile = programme.profile(position.profile)
        for concern in (*of_position, *(review_profile(profile) if profile else ())):
            found.setdefault((concern.check, concern.requirement, str(concern.message)), concern)
    return list(found.values())
