"""Merkle trees as in RFC 9162 (and RFC 6962): one hash over many leaves, and short proofs that a leaf is under it.

Pure. A tree is known by the hashes of its leaves, in their order; all hashes are SHA-256, 32 bytes.
"""

import hashlib
from collections.abc import Iterable
from itertools import zip_longest

EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    # The byte in front tells nodes from leaves: a node cannot be passed off as a leaf, nor a leaf as a node.
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, which are read once: no more than one hash for each level is kept."""
    waiting: list[bytes] = []
    for count, leaf in enumerate(leaves):
        node = leaf
        while count % 2:  # as many full subtrees end here as the number of leaves before it has ones at its end
            node = node_hash(waiting.pop(), node)
            count //= 2
        waiting.append(node)
    if not waiting:
        return EMPTY
    root = waiting.pop()
    while waiting:
        root = node_hash(waiting.pop(), root)
    return root


class Tree:
    """A whole tree, kept for making many proofs: about two hashes a leaf."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [list(leaves)]
        while len(self._levels[-1]) > 1:
            level = self._levels[-1]
            pairs = zip_longest(level[::2], level[1::2])
            # The last one of an odd level has nobody beside it and goes up as it is.
            self._levels.append([left if right is None else node_hash(left, right) for left, right in pairs])

    def path(self, index: int) -> list[bytes]:
        """The hashes that lead from the leaf at `index`, from 0, up to the root. Raises IndexError."""
        if not 0 <= index < len(self._levels[0]):
            raise IndexError(f"no leaf {index} in a tree of {len(self._levels[0])}")
        sides = [(level, index >> height ^ 1) for height, level in enumerate(self._levels)]
        return [level[beside] for level, beside in sides if beside < len(level)]


def root_from(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes | None:
    """The root to which a path leads from the leaf at `index` in a tree of `size` leaves; None where it leads nowhere.

    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        return None
    last, root = size - 1, leaf
    for beside in path:
        if last == 0:
            return None  # the path is longer than the tree is high
        while last == index and index % 2 == 0:  # the last one of an odd level goes up as it is
            index, last = index // 2, last // 2
        root = node_hash(beside, root) if index % 2 else node_hash(root, beside)
        index, last = index // 2, last // 2
    return root if last == 0 else None
