"""What mails to the address for replies are taken for, and what comes of those that somebody must look at."""

from models.message import Worded, msg


class Taken(Worded):
    """What a mail was taken for."""

    CONFIRMED = "confirmed", msg("mail_taken.confirmed", "confirmation of the letter")
    NOTED = "noted", msg("mail_taken.noted", "note to be looked at")
    ATTACHED = "attached", msg("mail_taken.attached", "reply with an attachment")
    AUTOMATIC = "automatic", msg("mail_taken.automatic", "automatic reply")
    BOUNCED = "bounced", msg("mail_taken.bounced", "letter that came back")
    STRANGER = "stranger", msg("mail_taken.stranger", "mail of somebody else than the reader of the letter")
    UNREADABLE = "unreadable", msg("mail_taken.unreadable", "mail that cannot be read")
    SPAM = "spam", msg("mail_taken.spam", "spam")
    PAST = "past", msg("mail_taken.past", "mail of somebody who does not look after the candidate")
    OFFICE = "office", msg("mail_taken.office", "reply of somebody who works with the candidate's record")
    UNBOUND = "unbound", msg("mail_taken.unbound", "mail that answers no letter")


TO_BE_LOOKED_AT = (Taken.ATTACHED, Taken.BOUNCED, Taken.STRANGER, Taken.UNREADABLE, Taken.PAST, Taken.UNBOUND)
"""What somebody must look at: nothing is recorded of it, or not all that it holds."""

QUIET = (Taken.AUTOMATIC, Taken.SPAM, Taken.OFFICE)
"""What nobody needs to look at."""

READ = "read"
"""What is written down of whoever opens a mail."""


class Outcome(Worded):
    """What came of a mail that somebody has looked at."""

    RECORDED = "recorded", msg("mail_outcome.recorded", "what it says is recorded in the journey")
    CALLED = "called", msg("mail_outcome.called", "the sender was called or written to")
    NOTHING = "nothing", msg("mail_outcome.nothing", "nothing follows from it")
