"""What reading from the database takes everywhere in an audit, without Temporal."""

from collections.abc import Iterable, Iterator
from itertools import islice

from activities.sealing import KeyUnusable, Sealer
from activities.seals import Seal


def in_chunks(ids: Iterable[str], size: int) -> Iterator[list[str]]:
    """Ids by the chunk."""
    rest = iter(ids)
    while chunk := list(islice(rest, size)):
        yield chunk


def seal_of(sealer: Sealer, candidate: str) -> Seal | None:
    """What opens a candidate's rows: None where the key was ended, and what opens nothing where it is unusable."""
    try:
        return sealer.unless_ended(candidate)
    except KeyUnusable:
        return Seal.of_nobody()
