"""How the training of units looks in a terminal."""

from collections.abc import Sequence

from interfaces.cli.output.show import counts, tell
from models.programme.training import StaffForm
from runtime.i18n import _, as_typed, listed
from services.training import StaffLine, UnitTraining


def units(lines: Sequence[UnitTraining]) -> None:
    """Each unit with its share, then who lacks what, and what expires soon."""
    for line in lines:
        where = {"unit": line.unit, "package": line.package}
        if not line.staff:
            tell(_("{unit}, {package}: nobody is registered as staff", **where))
            continue
        through = {"through": line.through, "staff": len(line.staff), "share": line.share}
        counts(
            _("{unit}, {package}: {through} of {staff} through ({share} per cent)", **where, **through),
            (_("person"), _("form"), _("lacks"), _("expires within 90 days")),
            map(_row, line.staff),
        )


def _row(one: StaffLine) -> tuple[str, str, str, str]:
    expires = [_("{part} on {day}", part=expiry.part, day=expiry.expires_on) for expiry in one.expires]
    return one.person, as_typed(StaffForm(one.form)), listed(one.lacks), ", ".join(expires)
