"""Whether a row of the ledger is a worker's: asked by whoever reads it, and by nobody who must be a worker."""

from typing import Any

from models.access.register import Register
from models.ledger.hash_chain import ADDED, CHAINED, row_hash
from models.signatures import is_signed, row_bytes


def is_genuine(register: Register, row: Any) -> bool:
    """Whether a worker whose key counted then has signed the row as it stands. `row` has the columns of the ledger.

    A signature is over the hash, so the hash must be that of this row: another row's could be put here with it.
    """
    signed = row.worker is not None and row.worker_signature is not None
    return (
        signed
        and register.is_a_workers(row.worker, row.recorded_at)
        and row_hash({name: getattr(row, name) for name in (*CHAINED, *ADDED)}) == row.hash
        and is_signed(row_bytes(row.hash), row.worker_signature, row.worker)
    )
