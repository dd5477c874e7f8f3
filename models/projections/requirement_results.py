"""What the latest requirement check found, requirement by requirement, as reports count it."""

from models.fields import Strict
from models.programme.requirement_profile import Result
from models.state.state import State


class RequirementResult(Strict):
    """How the candidate stands against one requirement of a profile, and whether the profile holds it essential."""

    profile: str
    requirement: str
    essential: bool
    result: Result


def checked(state: State | None) -> tuple[RequirementResult, ...]:
    """The results of the latest check by the rules that hold for the journey now; none where nobody has checked.

    A requirement that the rules no longer name holds nobody back: it counts as not essential. Of several findings on
    one requirement the last one counts, as it does where the check is judged.
    """
    if state is None or state.profile is None:
        return ()
    profile = state.rules.profile(state.profile)
    essential = {requirement.id for requirement in profile.requirements if requirement.essential} if profile else set()
    results = {finding.requirement: finding.result for finding in state.findings}
    return tuple(
        RequirementResult(
            profile=state.profile, requirement=requirement, essential=requirement in essential, result=result
        )
        for requirement, result in results.items()
    )
