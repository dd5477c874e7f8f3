"""Arguments and options that several commands of the scripts take."""

import os
from typing import Annotated

from typer import Argument, Option

AsJson = Annotated[bool, Option("--json", help="Print JSON.")]
Candidate = Annotated[str, Argument(help="The candidate's number, such as K7Q29FMXB.")]
Whom = Annotated[str, Argument(help="The candidate: the number, or part of a name.")]
OneCandidate = Annotated[str | None, Argument(help="One candidate. Default: every journey.")]
Candidates = Annotated[list[str] | None, Argument(help="One or several candidates. Default: every journey.")]
InProgramme = Annotated[str | None, Option("--programme", help="Which programme, where there are several.")]
OnlyProgramme = Annotated[str | None, Option("--programme", help="Only this programme.")]
Actor = Annotated[str | None, Option(help="Who acts, such as coordinator:anna.berg. Default: HELAVAGEN_ACTOR.")]
Because = Annotated[
    str | None, Option("--because", help="Why you read this. It is asked of all but those in charge, and kept.")
]
Since = Annotated[str | None, Option("--since", help="Only from this day on, such as 2 March.")]
On = Annotated[str | None, Option("--on", help="The day it took effect, such as 2 March. Default: today.")]
EventId = Annotated[str | None, Option(help="The event's id, to send it again. Default: a new one.")]
Town = Annotated[str | None, Option(help="Only in this town, by its municipality code.")]
InCharge = Annotated[str | None, Option("--coordinator", help="Only this coordinator's.")]
FromDay = Annotated[
    str | None, Option("--from", help="Only journeys where something was recorded or took effect on this day or later.")
]
ToDay = Annotated[
    str | None, Option("--to", help="Only journeys where something was recorded or took effect on this day or earlier.")
]
OfPages = Annotated[int, Option("--page", min=1, help="Which page.")]
Numbers = Annotated[bool, Option("--numbers", help="Only numbers: names are recorded as read.")]
Limit = Annotated[int, Option(min=1, help="The largest number shown.")]
CheckpointKey = Annotated[str | None, Option("--key", help="The public key that the checkpoint must be signed with.")]
Column = Annotated[
    list[str] | None, Option(help="What a heading means, as HEADING=COLUMN. It is remembered. Repeat it for each.")
]
AllRows = Annotated[list[str] | None, Option(help="What all rows say, as COLUMN=VALUE. Repeat it for each.")]
Root = Annotated[
    str | None,
    Option(help="The key with which the register of staff was founded, as you know it. Default: HELAVAGEN_ROOT."),
]
Cores = Annotated[int, Option(min=1, help="Processes that work side by side.")]
CORES = os.cpu_count() or 1
DryRun = Annotated[bool, Option("--dry-run", help="Only show what would follow. Nothing is recorded or sent.")]
Yes = Annotated[bool, Option("--yes", help="Ask nothing that has an answer already, and send.")]
OPEN_FIELDS = {"allow_extra_args": True, "ignore_unknown_options": True}
