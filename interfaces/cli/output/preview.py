"""What would follow from an event, as it is shown before the event is sent."""

from interfaces.cli.output.show import tell
from runtime.i18n import _, as_kind, translate
from services.recording.foretold import lines_of
from services.recording.preview import Preview


def shown(found: Preview) -> None:
    """What would follow, a line for each thing."""
    tell(_("{kind}: this would follow", kind=as_kind(found.kind)), style="bold")
    for line in lines_of(found):
        tell(f"  {line}")
    for odd in found.odd:
        tell(_("Odd: {what}", what=translate(odd)), style="bold")
