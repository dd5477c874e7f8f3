"""The auditors' script: read what happened, and have it verified. It opens everything read-only.

Exit status: 0 done, 1 a finding, 2 wrong use, 3 a service could not be reached.
"""

from interfaces.cli.parser import lazy_app
from interfaces.cli.process import run

app = lazy_app(
    __doc__,
    {
        "audit_moments": ("timeline", "state", "diff", "why", "identities"),
        "audit_reads": ("reads",),
        "audit_verify": ("verify",),
        "audit_report": ("report", "check-report"),
        "audit_checkpoint": ("checkpoint-key", "checkpoint", "prove", "check-proof"),
        "audit_export": ("export",),
        "audit_histories": ("archive", "rehearse"),
    },
)


if __name__ == "__main__":
    run(app)
