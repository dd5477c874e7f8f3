"""The auditors' script: read what happened, and have it verified. It opens everything read-only.

What it writes are the files that are named. In the database it writes one thing: with --personal and --texts, whose
identity or texts were opened, by whom and why. What has a worker write is the operators', in admin.py.

Exit status: 0 done, 1 a finding, 2 wrong use, 3 a service could not be reached, 141 the output was
closed.
"""

from interfaces.cli.parser import lazy_app
from interfaces.cli.process import run

COMMANDS = {
    "audit_checkpoint": ("checkpoint-key", "checkpoint", "prove", "check-proof"),
    "audit_moments": ("timeline", "why", "state", "diff", "identities"),
    "audit_reads": ("reads",),
    "audit_find": ("find",),
    "audit_net": ("net",),
    "audit_sample": ("sample",),
    "audit_lottery": ("lottery",),
    "audit_verify": ("verify",),
    "audit_report": ("report", "check-report"),
    "audit_histories": ("histories",),
    "audit_export": ("export",),
}
"""Each module with its commands, in the order of a visit."""

OPERATORS = ("archive", "rehearse", "reconcile", "restore", "doctor")
"""What has a worker or a service do something, and is looked for here."""

app = lazy_app(__doc__, COMMANDS, elsewhere=dict.fromkeys(OPERATORS, "admin.py"))


if __name__ == "__main__":
    run(app)
