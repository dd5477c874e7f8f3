"""The sealer that the settings name, and whether its master key opens what it must."""

from functools import partial

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from activities.sealing import KeyUnusable, MasterKey, MasterKeyUnknown, keyed, unwrapped
from models.tables.people import CandidateKeyRow
from runtime.encryption.master_keys import master_key
from runtime.errors import UsageError
from runtime.settings import Settings

TRIAL = b"a key for a check-up that seals nothing"


def with_keys(engine: Engine, settings: Settings) -> Engine:
    """The database, with the keys that the settings' master key opens.

    What needs one raises UsageError where no master key is set.
    """
    return keyed(engine, partial(master_key, settings))


def refuse_other_master_key(engine: Engine, master: MasterKey, newest: int = 1) -> None:
    """See that of each version of the master key among the newest keys of candidates one opens; where there is none, as
    in a new database, that one can be wrapped.

    Raises UsageError where one does not, and MasterKeyFailed where the master key's service does not answer.
    """
    row = CandidateKeyRow
    query = select(row.candidate, row.wrapped).where(row.wrapped.is_not(None)).order_by(row.made_at.desc())
    with Session(engine) as session:
        kept = session.execute(query.limit(newest)).all()
    if not kept:
        master.wrap(TRIAL)
    for one in {master.version_of(str(one.wrapped)): one for one in kept}.values():
        try:
            unwrapped(master, one.candidate, str(one.wrapped))
        except MasterKeyUnknown as error:
            raise UsageError(error.sentence) from error
        except KeyUnusable:
            raise UsageError(
                "doctor.candidate_keys",
                "The master key does not open the keys of candidates that it has wrapped. Restore the latest backup of "
                "the database, or of the master key.",
            ) from None
