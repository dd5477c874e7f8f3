"""How a check-up, a set-up and versions of the workers look in a terminal, and as data."""

from collections.abc import Sequence

from interfaces.cli.hints import with_hint
from interfaces.cli.output import show
from models.message import Message
from runtime.i18n import _, _n, translate
from services.operations.doctor.checkup import Check, Checked, Verdict, is_sound
from services.operations.versions import Version


def checked(found: Sequence[Checked], checks: Sequence[Check]) -> None:
    """A line for each check, with the name by which pages tell of it, then how many are of which kind."""
    titles = {check.name: f"{translate(check.title)} ({check.name})" for check in checks}
    columns = (_("check"), _("verdict"), _("what was found"))
    rows = ((titles[one.check], translate(one.verdict.in_words), _says(one)) for one in found)
    show.table(_("Check-up"), columns, rows, "")
    wrong, unasked = (sum(one.verdict is kind for one in found) for kind in (Verdict.WRONG, Verdict.UNASKED))
    if wrong or unasked:
        show.tell(_("{wrong} wrong, {unasked} could not be asked.", wrong=wrong, unasked=unasked))
    else:
        show.tell(_n("{count} check, all is sound.", "{count} checks, all is sound.", len(found)))


def plain_checked(found: Sequence[Checked]) -> dict[str, object]:
    """The same as data."""
    told = [{"check": one.check, "verdict": str(one.verdict), "says": _says(one) or None} for one in found]
    return {"sound": is_sound(found), "checks": told}


def _says(one: Checked) -> str:
    return with_hint(one.says) if one.says else ""


def made(what: Sequence[Message]) -> None:
    """What a set-up has made."""
    for one in what:
        show.tell(_("made: {what}", what=translate(one)))
    if not what:
        show.tell(_("Nothing was missing."))


def plain_made(what: Sequence[Message]) -> dict[str, object]:
    """The same as data."""
    return {"made": [translate(one) for one in what]}


def versions(found: Sequence[Version]) -> None:
    """A line for each version of the workers."""
    columns = (_("build"), _("workers that ask"), _("what it is given"), _("may end"))
    rows = (
        (one.build, one.workers, translate(one.standing.in_words), _("yes") if one.may_end else _("no"))
        for one in found
    )
    show.table(_("Versions of the workers"), columns, rows, _("No worker has asked for work yet."))


def plain_versions(found: Sequence[Version]) -> list[dict[str, object]]:
    """The same as data."""
    return [
        {"build_id": one.build, "standing": str(one.standing), "workers": one.workers, "may_end": one.may_end}
        for one in found
    ]
