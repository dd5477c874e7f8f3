"""How far a notice has come, as the outbox keeps it and lists show it."""

from models.message import Worded, msg


class Delivery(Worded):
    """How far a notice has come."""

    PENDING = "pending", msg("delivery.pending", "pending")
    SENT = "sent", msg("delivery.sent", "sent")
    DEAD = "dead", msg("delivery.dead", "could not be delivered")
    TO_CALL = "to_call", msg("delivery.to_call", "no e-mail address: call")
    WITHDRAWN = "withdrawn", msg("delivery.withdrawn", "withdrawn, as the candidate was erased")
