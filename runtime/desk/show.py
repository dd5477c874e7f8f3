"""How things look in a terminal, by subject in `show_….py`. Plain data goes in; `--json` takes another way."""

from runtime.desk.show_audit import verdicts_as_json, verifications
from runtime.desk.show_journeys import journeys, permanent, positions, status, today, waiting
from runtime.desk.show_programmes import guide, programmes, report
from runtime.desk.show_receipts import inbox, ledger, notices, options, receipt, refusal
from runtime.desk.show_tables import as_json, aside, console, counts, progress, table

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
    "waiting",
]
