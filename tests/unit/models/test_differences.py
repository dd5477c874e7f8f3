"""What differs between two versions of a programme: each field once, by its place in the file."""

from models.fields import BothLanguages
from models.programme.differences import Difference, differences
from models.programme.programme import NoticeRule
from models.stages import Stage
from tests.support.programmes import PREPAREDNESS, SERVICE
from tests.support.values import both


def changed(**fields: object) -> list[tuple[str, object, object]]:
    return [(one.where, one.was, one.now) for one in differences(SERVICE, SERVICE.model_copy(update=fields))]


def test_the_same_rules_differ_in_nothing() -> None:
    assert differences(SERVICE, SERVICE.model_copy()) == ()


def test_a_figure_that_changed_is_told_with_what_it_was_and_is() -> None:
    assert changed(reopen_within_days=60) == [("reopen_within_days", SERVICE.reopen_within_days, 60)]
    internship = SERVICE.internship.model_copy(update={"longest_months": 9})
    assert changed(internship=internship) == [("internship.longest_months", 6, 9)]


def test_of_a_list_the_item_is_told_that_changed_is_new_or_is_gone() -> None:
    first, *others = SERVICE.deadlines
    longer = first.model_copy(update={"days": 21, "stages": (Stage.REFERRAL, Stage.EVALUATION)})
    assert changed(deadlines=(longer, *others)) == [
        ("deadlines[referral_unanswered].stages", (Stage.REFERRAL,), (Stage.REFERRAL, Stage.EVALUATION)),
        ("deadlines[referral_unanswered].days", 14, 21),
    ]
    assert changed(deadlines=tuple(others)) == [("deadlines[referral_unanswered]", "referral_unanswered", None)]
    [new] = changed(profiles=(*SERVICE.profiles, PREPAREDNESS.profiles[0]))
    assert new == ("profiles[archive_assistant]", None, PREPAREDNESS.profiles[0].title)


def test_a_text_is_told_whole_in_both_languages() -> None:
    name = both("Another name")
    assert changed(name=name) == [("name", SERVICE.name, name)]
    assert isinstance(SERVICE.name, BothLanguages)


def test_of_two_rules_for_one_event_each_is_told_for_itself() -> None:
    more = NoticeRule(event=SERVICE.notices[0].event, to=("kommunen",))
    [added] = changed(notices=(*SERVICE.notices, more))
    assert added == (f"notices[{more.event} 2]", None, more.event)


def test_the_field_is_that_of_the_programme() -> None:
    assert [Difference(where=one).field for one in ("goal", "deadlines[a.b].days", "source")] == [
        "goal",
        "deadlines",
        "source",
    ]
