"""How the training of units looks in a terminal."""

from collections.abc import Sequence

from runtime.desk import show
from runtime.training import StaffLine, UnitTraining


def units(lines: Sequence[UnitTraining]) -> None:
    """Each unit with its share, then who lacks what, and what expires soon."""
    for line in lines:
        if not line.staff:
            show.console().print(f"{line.unit}, {line.package}: nobody is registered as staff", markup=False)
            continue
        show.counts(
            f"{line.unit}, {line.package}: {line.through} of {len(line.staff)} through ({line.share} per cent)",
            ("person", "form", "lacks", "expires within 90 days"),
            [_row(one) for one in line.staff],
        )


def _row(one: StaffLine) -> tuple[str, str, str, str]:
    expires = ", ".join(f"{expiry.part} on {expiry.expires_on}" for expiry in one.expires)
    return one.person, one.form, ", ".join(one.lacks) or "nothing", expires
