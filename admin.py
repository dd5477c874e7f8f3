"""The coordinators' script: refer people, record what happens, see who needs something.

Exit status: 0 done, 1 refused by a rule, 2 wrong use, 3 a service could not be reached.
"""

import typer

from interfaces.cli.commands import candidates, lists, positions, programmes, recording, training
from interfaces.cli.commands import notices as telling
from interfaces.cli.commands import reconciliation as reconciling
from interfaces.cli.commands import referral as referring
from interfaces.cli.commands import renewal as renewing
from interfaces.cli.process import run

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
for group in (referring, lists, candidates, recording, telling, renewing, reconciling):
    app.add_typer(group.app)
app.add_typer(programmes.app, name="programme")
app.add_typer(positions.app, name="position")
app.add_typer(training.app, name="training")


if __name__ == "__main__":
    run(app)
