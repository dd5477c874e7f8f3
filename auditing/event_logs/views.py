"""Which events of a journey an event log has."""

from enum import StrEnum


class View(StrEnum):
    """What the events of a log are: every row as it was recorded, or what holds today of those that were accepted."""

    RECORDED = "recorded"
    IN_EFFECT = "in-effect"
