"""Attempts to deliver, each of them one line and counted: by which channel, what came of it, and how long it took."""

import logging
from collections.abc import Callable, Mapping
from time import perf_counter

from temporalio import activity

from activities.announce import Sender
from activities.delivery import DeliveryFailed, DeliveryPostponed, DeliveryRefused
from activities.letterhead import NO_HEAD, Letterhead
from activities.measures import Measures
from activities.tracing import span
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient

LOGGER = logging.getLogger(__name__)


class Watched:
    """A way of reaching somebody that tells what comes of each attempt. It names no address, and the partner by id."""

    def __init__(
        self, sender: Sender, channel: Channel, measures: Measures, clock: Callable[[], float] = perf_counter
    ) -> None:
        self._sender = sender
        self._channel = channel
        self._measures = measures
        self._clock = clock

    async def send(self, notice: Notice, to: Recipient, head: Letterhead = NO_HEAD) -> None:
        """See `Sender.send`."""
        began = self._clock()
        try:
            with span("deliver", channel=self._channel.value, notice=str(notice.notice_id)):
                await self._sender.send(notice, to, head)
        except DeliveryPostponed:
            raise  # it was not even tried
        except DeliveryFailed as error:
            self._tell(notice, "failed", began, str(error))
            raise
        except DeliveryRefused as error:
            self._tell(notice, "refused", began, str(error))
            raise
        except Exception as error:
            # Whatever the other side has made of it: what others were sent of the same event is to be remembered.
            failed = DeliveryFailed(f"Sending by {self._channel.value} failed ({type(error).__name__}). Report it.")
            self._tell(notice, "failed", began, str(failed))
            raise failed from None
        self._tell(notice, "delivered", began)

    def _tell(self, notice: Notice, outcome: str, began: float, why: str | None = None) -> None:
        seconds = self._clock() - began
        self._measures.delivered(self._channel.value, outcome, seconds)
        told = {
            "channel": self._channel.value,
            "notice_id": str(notice.notice_id),
            "journey_id": notice.journey_id,
            "event_id": str(notice.event_id),
            "outcome": outcome,
            "attempt": activity.info().attempt if activity.in_activity() else 1,
            "milliseconds": round(seconds * 1000),
            "cause": why,
        }
        level = logging.INFO if why is None else logging.WARNING
        LOGGER.log(level, "notice %s" if why is None else "notice %s: %s", *filter(None, (outcome, why)), extra=told)


def watched(senders: Mapping[Channel, Sender], measures: Measures) -> dict[Channel, Sender]:
    """Ways of reaching somebody, each of them watched."""
    return {channel: Watched(sender, channel, measures) for channel, sender in senders.items()}
