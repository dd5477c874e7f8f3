"""`admin.py` setup and doctor: making what an installation needs, and whether it is sound."""

from datetime import timedelta
from typing import Annotated

from typer import Option, Typer

from interfaces.cli.commands.options import AsJson
from interfaces.cli.output import installation, show
from interfaces.cli.process import run_async
from runtime.errors import Refused
from runtime.settings import settings_as_far_as_they_go
from runtime.temporal.retention import LEAST_RETENTION, RETENTION
from services.application import Application
from services.operations.doctor.checkup import Patient, examined, is_sound
from services.operations.doctor.every import checks_of
from services.operations.setup import set_up

app = Typer()


@app.command()
def setup(
    retention: Annotated[
        int, Option("--retention-days", min=LEAST_RETENTION.days, help="For how long a new namespace keeps histories.")
    ] = RETENTION.days,
    as_json: AsJson = False,
) -> None:
    """For operators: make the namespace in Temporal, its search attributes and its nightly schedules.

    It is safe to repeat: what is there stays, but a namespace that keeps histories for less than a week keeps them
    longer.
    """
    settings = Application().settings
    made = run_async(lambda: set_up(settings, timedelta(days=retention)))
    show.as_json(installation.plain_made(made)) if as_json else installation.made(made)


@app.command()
def doctor(as_json: AsJson = False) -> int:
    """For operators: whether everything that is set is there and works, and how to correct what does not.

    Nothing is sent or changed. Exit status 1 where something is wrong or could not be asked.
    """
    settings, wrong = settings_as_far_as_they_go()
    found = examined(Patient(settings, wrong=wrong), checks := checks_of(settings))
    show.as_json(installation.plain_checked(found)) if as_json else installation.checked(found, checks)
    return 0 if is_sound(found) else Refused.status
