"""How far a notice has come, as the outbox keeps it and lists show it, and why it does not come further.

No message here names a person, an address or a secret: it ends in logs and in Temporal's history. That is what
`says_nothing_personal` promises to whoever writes the logs.
"""

from datetime import timedelta

from models.message import Worded, msg


class Delivery(Worded):
    """How far a notice has come."""

    PENDING = "pending", msg("delivery.pending", "pending")
    SENT = "sent", msg("delivery.sent", "sent")
    DEAD = "dead", msg("delivery.dead", "could not be delivered")
    TO_CALL = "to_call", msg("delivery.to_call", "no e-mail address: call")
    WITHDRAWN = "withdrawn", msg("delivery.withdrawn", "withdrawn, as the candidate was erased")


class DeliveryFailed(Exception):
    """The notice was not delivered, and sending it again may help. One sentence.

    `retry_after` is for how long the other side asks to be left in peace, where it does.
    """

    says_nothing_personal = True

    def __init__(self, why: str, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class DeliveryPostponed(DeliveryFailed):
    """The notice was not even tried: the other side has asked to be left in peace, and that time has not passed."""


class DeliveryRefused(Exception):
    """The notice was not delivered, and sending the same again cannot help. One sentence that says what to do."""

    says_nothing_personal = True


class NobodyWritten(Exception):
    """Whoever looks after the candidate has no mail address: a person is to call them. One sentence."""

    says_nothing_personal = True
