"""How keys and erasures look in a terminal."""

from interfaces.cli.output import show
from runtime.i18n import _, _n
from services.privacy.rotation import Counted, Rotated


def keys(counted: Counted) -> None:
    rows = ((one.version, one.keys, _("current") if one.current else _("older")) for one in counted.versions)
    show.table("", (_("master key"), _("keys"), ""), rows, _("No candidate has a key yet."))
    if counted.ended:
        show.tell(_n("{count} key was ended by an erasure.", "{count} keys were ended by erasures.", counted.ended))


def rotated(done: Rotated) -> None:
    show.tell(_n("{count} key wrapped anew", "{count} keys wrapped anew", done.rewrapped))
    for candidate in done.unusable:
        show.tell(_("The key of {candidate} does not open and stays as it is.", candidate=candidate))
