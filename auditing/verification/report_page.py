"""The report of an audit as one web page that needs nothing but itself: no script, no picture, no network."""

from datetime import datetime
from pathlib import Path

from activities.templating import templates_beside
from auditing.evidence.findings import Verdict
from auditing.verification.results import Results, Totals
from runtime.files import writing
from runtime.i18n import _, language, translate

_TEMPLATES = templates_beside(__file__)


def refuse_unwritable(file: Path) -> None:
    """Find out before an audit, which may take hours, whether its report can be written. Raises UsageError."""
    with writing(file):
        file.open("ab").close()


def write_report(file: Path, found: Results, at: datetime) -> None:
    """Write the page, a verdict at a time. Raises UsageError where it cannot be written."""
    totals = Totals()
    for one in found.read():
        totals.count(one)
    page = _TEMPLATES.get_template("verification.html.j2").stream(
        verdicts=(one for one in found.read() if one.verdict is not Verdict.AGREES or one.remarks),
        totals=totals,
        header=found.header,
        at=at,
        language=language(),
        _=_,
        words=lambda worded: translate(worded.in_words),
        all_verdicts=tuple(Verdict),
    )
    with writing(file), file.open("wb") as out:
        page.dump(out, encoding="utf-8")
