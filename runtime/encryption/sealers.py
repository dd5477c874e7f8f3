"""The sealer that the settings name."""

from functools import partial

from sqlalchemy import Engine

from activities.sealing import keyed
from runtime.encryption.master_keys import master_key
from runtime.settings import Settings


def with_keys(engine: Engine, settings: Settings) -> Engine:
    """The database, with the keys that the settings' master key opens.

    What needs one raises UsageError where no master key is set.
    """
    return keyed(engine, partial(master_key, settings))
