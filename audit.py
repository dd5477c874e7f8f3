"""The auditors' script: read what happened, and have it verified. It opens everything read-only.

Exit status: 0 done, 1 a finding, 2 wrong use, 3 a service could not be reached.
"""

import typer

from interfaces.cli.commands import audit_archive, audit_checkpoint, audit_export, audit_moments, audit_verify
from interfaces.cli.commands import audit_rehearsal as audit_rehearse
from interfaces.cli.process import run

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
app.add_typer(audit_moments.app)
app.add_typer(audit_verify.app)
app.add_typer(audit_checkpoint.app)
app.add_typer(audit_archive.app)
app.add_typer(audit_export.app)
app.add_typer(audit_rehearse.app)


if __name__ == "__main__":
    run(app)
