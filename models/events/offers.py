"""Events of places: a lot is drawn of who is offered one first, one is offered, and the candidate answers."""

from typing import Annotated, Literal

from pydantic import Field

from models.events.fact import Fact, Period
from models.fields import Day, FreeText, Name, OneLine
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
    told = msg("event.offer_answered_so", "The candidate {accepted} the offer of a place. {because}")

    accepted: bool
    reason: FreeText | None = None


class LotDrawn(Fact):
    """The candidate's number was drawn among those who waited for a place, with a seed that was told beforehand.

    Anybody draws the same: see `services.queries.drawing`. `places` is for how many there were places then; the others
    are the reserves, in the order of their numbers.
    """

    kind: Literal["lot_drawn"] = "lot_drawn"
    named = msg("event_name.lot_drawn", "drawing of lots")
    told = msg("event.lot_drawn", "Drew number {number} of {of} with the seed {seed}{among_reserves}.")
    is_drawn = True

    number: Annotated[int, Field(ge=1, le=100_000)]
    of: Annotated[int, Field(ge=1, le=100_000)]
    seed: OneLine
    places: Annotated[int, Field(ge=0, le=100_000)] | None = None
