"""The coordinators' script: refer people, record what happens, see who needs something.

Exit status: 0 done, 1 refused by a rule, 2 wrong use, 3 a service could not be reached, 141 the output was closed.
"""

from interfaces.cli.parser import lazy_app
from interfaces.cli.process import run

app = lazy_app(
    __doc__,
    {
        "working": ("work",),
        "referral": ("refer", "import"),
        "finding": ("find",),
        "lists": ("today", "list", "positions", "reads"),
        "calendars": ("calendar",),
        "notices": ("notices", "inbox", "mails"),
        "showing": ("show", "identities"),
        "going_on": ("next",),
        "people": ("rectify", "join", "protect", "disclose"),
        "recording": ("signal",),
        "changing_rules": ("rules",),
        "pausing": ("pause", "resume"),
        "reminding": ("remind",),
        "handing_over": ("hand-over",),
        "lottery": ("lottery",),
        "correcting": ("correct", "undo", "move"),
        "approving": ("approvals", "approve", "decline"),
        "documents": ("report", "certificate"),
        "operations": ("resend", "renew", "reconcile"),
        "archiving": ("archive", "rehearse"),
        "installation": ("setup", "doctor"),
        "versions": ("version",),
        "restoring": ("restore",),
        "programmes": ("programme",),
        "positions": ("position",),
        "training": ("training",),
        "staff": ("staff",),
        "keys": ("enrol", "whoami", "codec-token"),
        "master_keys": ("keys",),
        "erasing": ("erase", "erase-note"),
    },
    alone="work",
)


if __name__ == "__main__":
    run(app)
