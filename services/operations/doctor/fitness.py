"""What a worker looks at before it works: what is wrong there, it would find with everybody's events at hand."""

import logging
import sys

from sqlalchemy import Engine

from activities.sealing import sealer_on
from runtime import logs
from runtime.encryption.sealers import refuse_other_master_key
from runtime.errors import UsageError
from runtime.i18n import in_any_case
from services.operations.doctor.database import WORKERS_WRITE, refuse_beyond_adding, refuse_lacking_rights


def refuse_unfit(engine: Engine) -> None:
    """See that the database's role may add the rows of a worker, and that the master key opens the newest key of a
    candidate. That the role may do more is told in the log alone: the worker works.

    Raises UsageError, MasterKeyFailed and DBAPIError.
    """
    refuse_lacking_rights(engine, WORKERS_WRITE)
    refuse_other_master_key(engine, sealer_on(engine).master)
    try:
        refuse_beyond_adding(engine)
    except UsageError as error:
        logs.say(in_any_case(error.message), sys.stderr, logging.WARNING, error.message.id)
