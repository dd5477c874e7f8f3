"""How things look in a terminal, by subject in `show_….py`. Plain data goes in; `--json` takes another way."""

from interfaces.cli.output.audit import verdicts_as_json, verifications, verifying
from interfaces.cli.output.journeys import journeys, permanent, positions, status, today, waiting
from interfaces.cli.output.programmes import guide, programmes, report
from interfaces.cli.output.receipts import inbox, ledger, notices, options, receipt, refusal
from interfaces.cli.output.tables import as_json, aside, console, counts, progress, table

__all__ = [
    "as_json",
    "aside",
    "console",
    "counts",
    "guide",
    "inbox",
    "journeys",
    "ledger",
    "notices",
    "options",
    "permanent",
    "positions",
    "programmes",
    "progress",
    "receipt",
    "refusal",
    "report",
    "status",
    "table",
    "today",
    "verdicts_as_json",
    "verifications",
    "verifying",
    "waiting",
]
