"""What every way of reaching a partner promises, and how it says that it could not.

No message here names a person, an address or a secret: it ends in logs and in Temporal's history.
"""

from typing import Protocol

from models.partners.notice import Notice
from models.partners.partner import Partner


class DeliveryFailed(Exception):
    """The notice was not delivered, and sending it again may help. One sentence."""


class DeliveryRefused(Exception):
    """The notice was not delivered, and sending the same again cannot help. One sentence that says what to do."""


class Sender(Protocol):
    """A way of reaching a partner."""

    async def send(self, notice: Notice, partner: Partner) -> None:
        """Deliver `notice` to `partner`; returns when the other side has taken it over.

        Safe to repeat: each repeat carries the same `notice_id`, by which the other side knows it again. Raises
        `DeliveryFailed` or `DeliveryRefused`, and nothing else, whatever the other side does.
        """
        ...
