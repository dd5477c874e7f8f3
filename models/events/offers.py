"""Events of places that are offered to a candidate who waits for one, and of what the candidate answers."""

from typing import Literal

from models.events.fact import Fact, Period
from models.fields import Day, FreeText, Name
from models.message import msg


class PlaceOffered(Fact, Period):
    """The candidate was offered a place, and has until `answer_by` to answer; as long as the programme says where that
    is left out. Takes one of the position's places until the offer is declined or has lapsed."""

    kind: Literal["place_offered"] = "place_offered"
    named = msg("event_name.place_offered", "offer of a place")
    told = msg("event.place_offered", "Offered a place on {position}, {starts_on} to {ends_on}{answer_until}.")

    position: Name
    answer_by: Day | None = None


class OfferAnswered(Fact):
    """The candidate answered the offer, as the coordinator heard it. Who has accepted may still decline."""

    kind: Literal["offer_answered"] = "offer_answered"
    named = msg("event_name.offer_answered", "answer to the offer of a place")
    told = msg("event.offer_answered", "The candidate answered the offer of a place, accepted: {accepted}. {because}")

    accepted: bool
    reason: FreeText | None = None
