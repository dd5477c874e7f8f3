"""Why a message of a partner is not taken, each as a class of its own."""

from runtime.errors import Refused, UsageError


class NotAMessage(UsageError):
    """It is no CloudEvent that is taken here."""


class NotAnEvent(UsageError):
    """It is a CloudEvent, and what it says does not fit its type."""


class NotForPartners(Refused):
    """Partners may not say that."""


class NoSuchJourney(Refused):
    """The partner has nothing to do with such a candidate: the same answer whether there is one or not."""


class SeveralJourneys(UsageError):
    """It may be about one of several journeys."""


class MessageIdUsed(Refused):
    """Another message was sent under this id."""
