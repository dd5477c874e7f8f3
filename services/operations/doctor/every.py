"""All checks of a set-up, in the order in which one reads them."""

from dataclasses import replace

from runtime.archive import IN_THE_DATABASE
from runtime.settings import Settings
from services.operations.doctor import channels, checkup, concerns, database, incoming, keys, storage, temporal
from services.operations.doctor.checkup import Check


def checks_of(settings: Settings, *, worker: bool = False) -> list[Check]:
    """What is asked of a set-up; `worker` is one that is about to start, and asks for no others."""
    needs = ("database_form",) if settings.archive == IN_THE_DATABASE else ()
    return [
        checkup.SETTINGS,
        *temporal.CHECKS,
        *(() if worker else (temporal.WORKERS, temporal.STANDSTILL)),
        *database.CHECKS,
        *keys.CHECKS,
        *channels.CHECKS,
        *((channels.METRICS,) if worker else ()),
        *(() if worker else incoming.CHECKS),
        replace(storage.ARCHIVE, needs=needs),
        storage.DISK,
        *(() if worker else (concerns.CONCERNS,)),
    ]
