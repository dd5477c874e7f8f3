"""Towns: a kind of partner means those on the list of the journey's own town, and no journey is in another town."""

import pytest

from models.partners.partner import PartnerKind, Town, TownPartner
from models.programme.programme import NoticeRule, Programme
from models.stages import Stage
from tests.support.builders import Way, way_to
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE

UMEA, GALLIVARE = SERVICE.town("2480"), SERVICE.town("2523")


def told(rules: Programme, site: str, kind: str = "note_added") -> tuple[str, ...]:
    way = Way(rules)
    way.happens("referred", site=site)
    return way.accepts(way.event(kind)).recipients


def with_notice(*to: str) -> Programme:
    return SERVICE.model_copy(update={"notices": (NoticeRule(event="note_added", to=to),)})


@pytest.mark.parametrize(
    ("kind", "in_umea", "in_gallivare"),
    [
        ("agency", ("arbetsformedlingen",), ("arbetsformedlingen",)),
        ("municipality", ("kommunen",), ("gallivare_kommun",)),
        ("union", ("kommunal",), ("kommunal_malmfalten",)),
        ("church", ("svenska_kyrkan",), ("gallivare_pastorat",)),
        ("samhall", ("samhall",), ("samhall",)),
        ("civil_society", ("sprakvannerna",), ()),
        ("talent_organisation", ("unga_talanger",), ("unga_talanger",)),
        ("unit", ("lasarettet_service",), ("gallivare_sjukhus_service",)),
    ],
)
def test_a_kind_of_partner_means_those_on_the_list_of_the_journeys_town(
    kind: str, in_umea: tuple[str, ...], in_gallivare: tuple[str, ...]
) -> None:
    assert told(with_notice(kind), "2480") == in_umea
    assert told(with_notice(kind), "2523") == in_gallivare


def test_partners_parts_and_kinds_stand_beside_each_other_and_each_is_told_once() -> None:
    rules = with_notice("referring_partner", "union", "kommunen", "municipality", "agency", "manager")
    assert told(rules, "2480") == ("arbetsformedlingen", "kommunal", "kommunen", "manager")


def test_all_partners_of_a_kind_in_a_town_are_told() -> None:
    partners = tuple(TownPartner(id=name, kind=PartnerKind.UNION) for name in ("kommunal", "vision"))
    town = Town(id="2480", name="Umeå", partners=partners)
    assert told(with_notice("union").model_copy(update={"towns": (town,)}), "2480") == ("kommunal", "vision")


def test_a_partner_called_like_its_kind_means_the_towns_own_where_there_are_towns() -> None:
    elsewhere = Town(id="2480", name="Umeå", partners=(TownPartner(id="other", kind=PartnerKind.SAMHALL),))
    assert told(with_notice("samhall").model_copy(update={"towns": (elsewhere,)}), "2480") == ("other",)
    assert told(with_notice("samhall").model_copy(update={"towns": ()}), "2480") == ("samhall",)


def test_a_referral_in_a_town_without_a_list_is_refused_with_the_towns_there_are() -> None:
    message = Way().refuses("referred", "the_town_is_known", SERVICE.source, site="0180")
    assert message.values["site"] == "0180"
    assert message.values["known"] == "2480 Umeå, 2481 Lycksele, 2482 Skellefteå, 2523 Gällivare"


def test_a_programme_without_towns_takes_referrals_anywhere() -> None:
    way = Way(PREPAREDNESS, day=way_to(Stage.REFERRAL).day.replace(year=2018))
    way.happens("referred", site="0180")


def test_a_referral_is_not_corrected_into_a_town_without_a_list() -> None:
    way = way_to(Stage.REFERRAL)
    referral = way.journey.entries[0].event.model_dump()
    changed = {"corrects": referral["event_id"], "replacement": {**referral, "site": "0180"}}
    way.refuses("corrected", "the_town_is_known", SERVICE.source, **changed)


def test_a_journey_does_not_move_to_rules_that_do_not_know_its_town() -> None:
    way = way_to(Stage.REFERRAL)
    others = way.rules.model_copy(update={"towns": tuple(town for town in SERVICE.towns if town != UMEA)})
    way.refuses("rules_changed", "the_town_stays", SERVICE.source, rules=others.model_dump())


def test_a_corrected_town_tells_those_of_both_towns() -> None:
    way = way_to(Stage.INTERNSHIP)
    referral = way.journey.entries[0].event.model_dump()
    way.happens("rules_changed", rules=with_union_on_referral(way.rules).model_dump())
    changed = {"corrects": referral["event_id"], "replacement": {**referral, "site": "2523"}}
    told = way.accepts(way.event("corrected", **changed)).recipients
    assert told == ("arbetsformedlingen", "kommunal", "kommunal_malmfalten")


def with_union_on_referral(rules: Programme) -> Programme:
    return rules.model_copy(update={"notices": (*rules.notices, NoticeRule(event="referred", to=("union",)))})


def test_a_running_journey_keeps_the_lists_of_its_referral() -> None:
    assert GALLIVARE is not None
    pinned = Programme.model_validate_json(SERVICE.model_dump_json())
    assert pinned.towns == SERVICE.towns
    assert RULES.towns["2523"] == GALLIVARE


def test_rules_from_before_there_were_towns_still_load() -> None:
    old = SERVICE.model_dump(mode="json")
    del old["towns"]
    assert Programme.model_validate(old).towns == ()
