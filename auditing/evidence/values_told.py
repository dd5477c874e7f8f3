"""What was expected or found, as people read it."""

import re
from datetime import datetime

from models.calendar.swedish_day import SWEDEN
from models.message import Message
from runtime.i18n import _, shown, translate


def in_words(of: Message | str) -> str:
    """What was expected or found, with moments by the clock in Sweden, as exactly as they were kept."""
    if isinstance(of, Message):
        return translate(
            of.filled(**{name: in_words(one) if isinstance(one, str) else one for name, one in of.values.items()})
        )
    return shown(MOMENT.sub(lambda found: _exact(found[0]), of))


MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")


def _exact(written: str) -> str:
    try:
        at = datetime.fromisoformat(written).astimezone(SWEDEN)
    except ValueError:  # such as 30 February, as somebody wrote it
        return written
    fraction = f".{at.microsecond:06}" if at.microsecond else ""
    return _("{moment}, Swedish time", moment=f"{at:%Y-%m-%d %H:%M:%S}{fraction}")
