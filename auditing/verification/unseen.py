"""What no check can say: the rules of which an audit cannot tell, or not always, that an event broke them."""

from collections.abc import Mapping

from models.message import Message, msg
from models.rules import recording as rules

UNSEEN: Mapping[str, Message] = {
    rules.a_place_is_free.id: msg(
        "unseen.a_place_is_free",
        "That more people were given places than a position has is found while they hold them. Once one of them has "
        "left, no check says so.",
    ),
    rules.the_unit_is_large_enough.id: msg(
        "unseen.the_unit_is_large_enough",
        "That a unit had more interns than its ordinary employees allow is found while they are there. Once one of "
        "them has left, no check says so.",
    ),
}
"""By the id of the rule, what no check says of it. All others are asked again of every accepted event."""

OFFERED_OR_TRAINED = msg(
    "unseen.in_a_bundle",
    "A bundle does not hold what is signed of positions and training, so this is asked again only where the database "
    "is read.",
)
OF_OTHERS = msg(
    "unseen.of_others_in_a_bundle",
    "A bundle holds the ledgers of its own journeys alone, so this is asked again only where the database is read.",
)
UNSEEN_IN_A_BUNDLE: Mapping[str, Message] = {
    rule.id: OFFERED_OR_TRAINED
    for rule in (
        rules.the_position_exists,
        rules.the_position_fills_a_need,
        rules.checked_for_the_position,
        rules.a_place_is_free,
        rules.the_unit_is_large_enough,
        rules.the_unit_is_another,
        rules.the_unit_is_not_the_last_one,
        *rules.TRAINING_RULES,
    )
} | {rule.id: OF_OTHERS for rule in (rules.a_place_in_the_cohort_is_free, rules.earlier_numbers_come_first)}
"""The same of a bundle that is verified without the database."""
