"""What each kind of event declares of itself, and the sets that follow from it."""

import pytest

from activities.event_wording import WORDINGS
from activities.language import said
from models.events.descriptions import name_of
from models.events.events import ENDINGS, EVENT_CLASSES, NOT_FROM_THE_DESK, SAID_BY_THE_JOURNEY
from models.events.fact import Fact
from models.journey.transitions import MOVES


@pytest.mark.parametrize("cls", EVENT_CLASSES.values(), ids=EVENT_CLASSES)
def test_a_kind_declares_its_name_and_what_it_tells(cls: type[Fact]) -> None:
    assert {"named", "told"} <= set(vars(cls))


def kinds_below(cls: type[Fact]) -> set[str]:
    """The kinds of all classes of events that there are, whether or not a union names them."""
    own = cls.model_fields.get("kind")
    inner = (kinds_below(one) for one in cls.__subclasses__() if one.__module__.startswith("models."))
    return set().union({own.default} if own is not None and isinstance(own.default, str) else set(), *inner)


def test_every_class_of_an_event_is_among_the_kinds_and_has_a_row() -> None:
    """A class that no union names would be offered where it has a row, and read by nobody."""
    assert kinds_below(Fact) == set(EVENT_CLASSES)
    assert {move.kind for move in MOVES} | {"referred"} == set(EVENT_CLASSES)


@pytest.mark.parametrize("kind", EVENT_CLASSES)
def test_a_kind_has_a_name_without_code_words_in_both_languages(kind: str) -> None:
    english, swedish = said(name_of(kind), "en"), said(name_of(kind), "sv")
    assert english != swedish
    assert "_" not in english + swedish


def test_names_of_kinds_differ() -> None:
    names = [cls.named.id for cls in EVENT_CLASSES.values()]
    assert len(set(names)) == len(names)


def test_a_kind_that_cannot_be_corrected_freely_says_why() -> None:
    for cls in EVENT_CLASSES.values():
        free = cls.correction.strikes and cls.correction.replaced_by is None
        assert (cls.correction.otherwise is None) == free


def test_mails_have_words_for_each_kind_but_deadlines_which_have_their_own() -> None:
    assert set(WORDINGS) == set(EVENT_CLASSES) - {"deadline_passed"}


def test_sets_of_kinds_follow_from_what_they_declare() -> None:
    assert {"deadline_passed", "role_converted", "employment_found_elsewhere"} == SAID_BY_THE_JOURNEY
    assert SAID_BY_THE_JOURNEY | {"repaired"} == NOT_FROM_THE_DESK
    assert {"returned_to_agency", "withdrawn", "discontinued"} == ENDINGS


def test_kinds_of_no_order_and_of_a_pause_are_those_of_the_design() -> None:
    """Changing one of these changes what a journey accepts, so it is written down twice."""
    out_of_order = {kind for kind, cls in EVENT_CLASSES.items() if cls.is_aside}
    written = {"corrected", "note_added", "partner_acknowledged", "coordinator_changed", "repaired"}
    written |= {"reminder_set", "reminder_moved", "reminder_done", "duty_done"}
    written |= {"correction_proposed", "proposal_declined", "employment_found_elsewhere"}
    assert out_of_order == written | {"deadline_passed", "rules_changed"}
    on_a_pause = {kind for kind, cls in EVENT_CLASSES.items() if cls.while_paused}
    assert on_a_pause == written | ENDINGS | {"union_answered", "resumed", "pause_extended", "role_converted"}
