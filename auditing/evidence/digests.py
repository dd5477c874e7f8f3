"""Digests under which a ledger row may name something, reckoned only as far as somebody asks."""

from collections.abc import Callable, Iterator


class Digests:
    """Several digests of the same thing, as different versions may have written it; the likeliest first.

    Reckoning them all for each event of each journey would take as long as all the rest of verifying.
    """

    def __init__(self, *reckoned: Callable[[], str], also: "tuple[Digests, ...]" = ()) -> None:
        self._open = list(reckoned)
        self._known: list[str] = []
        self._also = also

    def __contains__(self, digest: object) -> bool:
        return any(digest == one for one in self)

    def __iter__(self) -> Iterator[str]:
        yield from self._known
        while self._open:
            digest = self._open.pop(0)()
            self._known.append(digest)
            yield digest
        for others in self._also:
            yield from others
