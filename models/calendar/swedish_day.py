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
