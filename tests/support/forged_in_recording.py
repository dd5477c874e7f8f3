"""Of each rule that is judged while recording, an event that breaks it and that a forger records as accepted."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine

from models.identifiers import JourneyId
from models.programme.programme import Programme
from models.programme.training import TrainingRule
from models.sign_ins import SignIn
from models.signatures import sign_event
from models.stages import Stage as S
from tests.support.authority import key_of, offer, signature_of
from tests.support.builders import Way, way_to
from tests.support.forger import ForgedWay
from tests.support.programmes import COHORTS, LOTS, PERIODS, RULES, SERVICE
from tests.support.rule_cases import BY_EMPLOYEES, NOT_THERE, awaiting, changed, decision, to
from tests.support.shapes import THREE, of_shape
from tests.support.values import MONDAY, at, both

Forging = Callable[[Engine], ForgedWay]
"""What tells a journey whose last row is the forged one."""

KITCHEN, WARD = "lasarettet_tray_kitchen", "lasarettet_ward_service"
NOBODYS = changed(reopen_within_days=999)
"""Rules that nobody puts in force."""

OWN_KEYS = changed(decisions=SERVICE.decisions.model_copy(update={"own_key": "demanded"}))


def _trained(**asked: Any) -> Programme:
    demand = {"supervisor": False, "mentor": False, **asked}
    return changed(training=TrainingRule(package=RULES.packages["values_and_diversity"], source=both("x"), **demand))


def forges(way: Callable[[], Way], kind: str, **fields: Any) -> Forging:
    """An event of a kind, as its author signs it."""

    def forging(engine: Engine) -> ForgedWay:
        here = way()
        forged = ForgedWay(engine, here.journey.rules, here)
        event = forged.keeps(here.event(kind, **fields))
        forged.forges(event, forged.signed(event))
        return forged

    return forging


def signed_by(name: str | None) -> Forging:
    """A note of Anna Berg's, which somebody else has signed, or nobody."""

    def forging(engine: Engine) -> ForgedWay:
        here = way_to(S.REFERRAL)
        forged = ForgedWay(engine, SERVICE, here)
        event = forged.keeps(here.event("note_added"))
        forged.forges(event, sign_event(key_of(name), forged.id, event, "a" * 32) if name else None)
        return forged

    return forging


def by_the_word_of_a_server(engine: Engine) -> ForgedWay:
    here = decision(OWN_KEYS)()
    forged = ForgedWay(engine, OWN_KEYS, here)
    event = forged.as_here(here.event("temporary_role_agreed"))
    word = {"server": "desk", "how": "session", "issuer": "https://login.example", "session": "s", "level": None}
    sign_in = SignIn(**word, at=at(forged.day), used_at=at(forged.day))
    forged.forges(event, sign_event(key_of("desk"), forged.id, event, "a" * 32, sign_in))
    return forged


def by_a_correction(kind: str, by: str, **fields: Any) -> Forging:
    """An event of a kind, put in the place of a note."""

    def forging(engine: Engine) -> ForgedWay:
        here = to(S.INTERNSHIP, SERVICE, "note_added")()
        note = here.journey.entries[-1].event
        replacement = {**here.event(kind, **fields).model_dump(), "event_id": note.event_id}
        correction = {"corrects": note.event_id, "reason": "A slip", "replacement": replacement, "actor": by}
        return forges(lambda: here, "corrected", **correction)(engine)

    return forging


def with_a_text_in_it(engine: Engine) -> ForgedWay:
    here = way_to(S.REFERRAL)
    forged = ForgedWay(engine, SERVICE, here)
    event = here.event("note_added")
    forged.forges(event, forged.signed(event))
    return forged


def begun_again_before_the_end(engine: Engine) -> ForgedWay:
    first = ForgedWay(engine, SERVICE, way_to(S.REFERRAL))
    here = Way(SERVICE, MONDAY)
    again = ForgedWay(engine, SERVICE, here, JourneyId.of(first.candidate, SERVICE.id, 2))
    event = here.event("referred")
    again.forges(event, again.signed(event))
    return again


def without_a_need(engine: Engine) -> ForgedWay:
    """On a position that names no staffing need."""
    kitchen = next(one for one in RULES.positions if one.id == KITCHEN)
    bare = kitchen.model_copy(update={"id": "without_a_need", "staffing_need": None})
    offer(engine, (*RULES.positions, bare))
    return forges(to(S.AWAITING_PLACEMENT), "internship_agreed", position=bare.id)(engine)


def one_more_than_there_are(engine: Engine) -> ForgedWay:
    """Whoever took a place last has none."""
    waits = to(S.AWAITING_PLACEMENT)
    others = [forges(waits, "internship_agreed", position=KITCHEN)(engine) for _ in range(6)]
    last = forges(lambda: waits().later(1), "internship_agreed", position=KITCHEN)(engine)
    last.beside = others
    return last


def one_more_in_the_period_than_there_are(engine: Engine) -> ForgedWay:
    """Six have the places of the kitchen in a period and one has one in the next, when a seventh comes in the first."""
    spring, summer = ({"starts_on": one.starts_on, "ends_on": one.ends_on} for one in PERIODS.periods)
    waits = to(S.AWAITING_PLACEMENT, PERIODS)
    others = [forges(waits, "internship_agreed", position=KITCHEN, **spring)(engine) for _ in range(6)]
    others.append(forges(waits, "internship_agreed", position=KITCHEN, **summer)(engine))
    last = forges(lambda: waits().later(1), "internship_agreed", position=KITCHEN, **spring)(engine)
    last.beside = others
    return last


def one_more_of_whom_one_has_left(engine: Engine) -> ForgedWay:
    last = one_more_than_there_are(engine)
    last.beside[0].leaves()
    return last


def one_more_than_the_employees_allow(engine: Engine) -> ForgedWay:
    """In a unit of five the second intern, on another position there."""
    kitchen = next(one for one in RULES.positions if one.id == KITCHEN)
    here = kitchen.model_copy(update={"id": "kitchen_of_five", "ordinary_employees": 5})
    beside = here.model_copy(update={"id": "kitchen_of_five_too"})
    offer(engine, (*RULES.positions, here, beside))
    waits = to(S.AWAITING_PLACEMENT, BY_EMPLOYEES)
    other = forges(waits, "internship_agreed", position=here.id)(engine)
    last = forges(lambda: waits().later(1), "internship_agreed", position=beside.id)(engine)
    last.beside = [other]
    return last


def one_more_than_the_employees_allow_of_whom_one_has_left(engine: Engine) -> ForgedWay:
    last = one_more_than_the_employees_allow(engine)
    last.beside[0].leaves()
    return last


def completed_and_checked_anew() -> Way:
    here = to(S.INTERNSHIP, of_shape(THREE))()
    here.later(89)
    for kind in ("internship_completed", "requirements_checked"):
        here.happens(kind)
    return here


def corrected_to_the_unit_of_the_next(engine: Engine) -> ForgedWay:
    """The internship that was completed first is corrected to have been where the second one is."""
    here = completed_and_checked_anew()
    first = next(one.event for one in here.journey.entries if one.event.kind == "internship_agreed")
    forged = ForgedWay(engine, here.journey.rules, here)
    agreed = forged.keeps(here.happens("internship_agreed", position=WARD))
    replacement = {**first.model_dump(), "position": WARD}
    corrected = here.event("corrected", corrects=first.event_id, reason="A slip", replacement=replacement)
    for event in (agreed, forged.keeps(corrected)):
        forged.forges(event, forged.signed(event))
    return forged


def one_more_than_the_cohort_holds(engine: Engine) -> ForgedWay:
    waits = to(S.REFERRAL, COHORTS)
    others = [forges(waits, "referral_accepted", cohort="spring")(engine) for _ in range(2)]
    last = forges(lambda: waits().later(1), "referral_accepted", cohort="spring")(engine)
    last.beside = others
    return last


def before_an_earlier_number(engine: Engine) -> ForgedWay:
    """Number 3 is offered a place while number 1 waits."""
    first = forges(to(S.AWAITING_PLACEMENT, LOTS), "lot_drawn", number=1)(engine)
    last = forges(lambda: to(S.AWAITING_PLACEMENT, LOTS, "lot_drawn")().later(1), "place_offered", position=KITCHEN)(
        engine
    )
    last.beside = [first]
    return last


def twice(engine: Engine) -> ForgedWay:
    forged = ForgedWay(engine, SERVICE, to(S.REFERRAL, SERVICE, "note_added")())
    note = forged.journey.entries[-1].event
    forged.forges_again(note, signature_of(forged.id, note))
    return forged


def under_a_used_id(engine: Engine) -> ForgedWay:
    forged = ForgedWay(engine, SERVICE, to(S.REFERRAL, SERVICE, "note_added")())
    note = forged.journey.entries[-1].event
    other = forged.keeps(note.model_copy(update={"text": "Something else."}))
    forged.forges_again(other, signature_of(forged.id, other))
    return forged


def rubbish(engine: Engine) -> ForgedWay:
    forged = ForgedWay(engine, SERVICE, way_to(S.REFERRAL))
    forged.forges_rubbish({"kind": "nonsense"})
    return forged


UNFOUND = "and one of them has left"
"""Of a forging that no check finds."""

FORGINGS: dict[str, Forging] = {
    "the_event_is_signed": signed_by(None),
    "the_key_is_the_authors": signed_by("bo.lind"),
    "each_event_once": twice,
    "each_event_has_its_id": under_a_used_id,
    "it_is_an_event": rubbish,
    "the_loss_takes_two": forges(
        to(S.REFERRAL), "repaired", lost={"first": 1, "last": 1, "statement": 1}, actor="operator:kim.dahl"
    ),
    "the_own_key_is_given": by_the_word_of_a_server,
    "the_author_has_the_role": forges(to(S.REFERRAL), "note_added", actor="manager:anna.berg"),
    "the_author_is_permitted": forges(to(S.INTERNSHIP), "withdrawn", actor="supervisor:maria.ek"),
    "the_coordinator_is_known": forges(lambda: Way(SERVICE, MONDAY), "referred", coordinator="nobody.here"),
    "the_text_is_kept_apart": with_a_text_in_it,
    "the_earlier_way_has_ended": begun_again_before_the_end,
    "the_notice_exists": forges(to(S.REFERRAL), "partner_acknowledged", notice_id=uuid4()),
    "the_position_exists": forges(to(S.AWAITING_PLACEMENT), "internship_agreed", position="parks_and_streets"),
    "the_position_exists, of a role": forges(decision(), "temporary_role_agreed", position="parks_and_streets"),
    "checked_for_the_position": forges(to(S.AWAITING_PLACEMENT), "internship_agreed", position="lasarettet_transport"),
    "the_position_fills_a_need": without_a_need,
    "a_place_is_free": one_more_than_there_are,
    "a_place_is_free, in its period": one_more_in_the_period_than_there_are,
    f"a_place_is_free, {UNFOUND}": one_more_of_whom_one_has_left,
    "earlier_numbers_come_first": before_an_earlier_number,
    "a_place_in_the_cohort_is_free": one_more_than_the_cohort_holds,
    "the_unit_is_large_enough": one_more_than_the_employees_allow,
    f"the_unit_is_large_enough, {UNFOUND}": one_more_than_the_employees_allow_of_whom_one_has_left,
    "the_unit_is_not_the_last_one": forges(
        awaiting(NOT_THERE, last_unit="Lasarettet, restaurang och brickdukning"), "internship_agreed", position=KITCHEN
    ),
    "the_unit_is_another": forges(completed_and_checked_anew, "internship_agreed", position=KITCHEN),
    "the_unit_is_another, by a correction": corrected_to_the_unit_of_the_next,
    "the_supervisor_is_trained": forges(to(S.AWAITING_PLACEMENT, _trained(supervisor=True)), "internship_agreed"),
    "the_mentor_is_trained": forges(to(S.AWAITING_PLACEMENT, _trained(mentor=True)), "internship_agreed"),
    "the_unit_is_trained": forges(to(S.AWAITING_PLACEMENT, _trained(share_of_unit=50)), "internship_agreed"),
    "the_rules_are_registered": forges(to(S.REFERRAL), "rules_changed", rules=NOBODYS.model_dump()),
    "the_author_is_permitted, by a correction": by_a_correction("withdrawn", "supervisor:maria.ek"),
    "the_rules_are_registered, by a correction": by_a_correction(
        "rules_changed", "manager:lena.strand", rules=NOBODYS.model_dump()
    ),
}


def rule_of(forging: str) -> str:
    """The rule that a forging breaks, by its name: `a_rule, by a correction`."""
    return forging.partition(",")[0]
