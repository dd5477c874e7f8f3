"""The day that it is in Sweden: rules, agreements and deadlines know days, and the days are Swedish."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SWEDEN = ZoneInfo("Europe/Stockholm")


def day_in_sweden(moment: datetime) -> date:
    """The day on which a moment falls in Sweden. Between midnight and one, two in summer, UTC is still in yesterday."""
    return moment.astimezone(SWEDEN).date()


def end_of_day(day: date) -> datetime:
    """The last moment, in UTC, of a day in Sweden."""
    return datetime.combine(day, time.max, SWEDEN).astimezone(UTC)


def in_swedish_time(moment: datetime, *, seconds: bool = False) -> str:
    """A moment as people in Sweden read it: day and time, to the minute or to the second."""
    return f"{moment.astimezone(SWEDEN):{'%Y-%m-%d %H:%M:%S' if seconds else '%Y-%m-%d %H:%M'}}"
