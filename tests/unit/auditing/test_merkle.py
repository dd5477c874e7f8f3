"""Merkle trees: the reference vectors of Certificate Transparency, and every proof of every small tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditing.transparency.merkle import Tree, leaf_hash, root_from, root_of

REFERENCE = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"),
]
"""Leaves of the test vectors that implementations of RFC 6962 share."""

ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Their roots, of the tree of the first 0 to 8 leaves."""

PATHS = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
"""Paths of the same vectors, from the leaf at an index in the tree of so many leaves."""


def hashes(size: int) -> list[bytes]:
    return [leaf_hash(bytes([number])) for number in range(size)]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference(size: int) -> None:
    assert root_of(leaf_hash(bytes.fromhex(leaf)) for leaf in REFERENCE[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), PATHS)
def test_the_paths_are_those_of_the_reference(index: int, size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in REFERENCE[:size]]
    assert [node.hex() for node in Tree(leaves).path(index)] == PATHS[index, size]


def test_every_leaf_of_a_tree_proves_that_it_is_in_it() -> None:
    for size in range(71):
        leaves = hashes(size)
        root, tree = root_of(leaves), Tree(leaves)
        for index, leaf in enumerate(leaves):
            assert root_from(leaf, index, size, tree.path(index)) == root, (size, index)


def flipped(data: bytes, bit: int) -> bytes:
    return bytes([*data[: bit // 8], data[bit // 8] ^ 1 << bit % 8, *data[bit // 8 + 1 :]])


@given(size=st.integers(1, 70), data=st.data())
def test_a_flipped_bit_anywhere_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path, bit = Tree(leaves).path(index), data.draw(st.integers(0, 255))
    changed = data.draw(st.integers(-1, len(path) - 1))
    leaf = flipped(leaves[index], bit) if changed < 0 else leaves[index]
    path = [flipped(node, bit) if at == changed else node for at, node in enumerate(path)]
    assert root_from(leaf, index, size, path) != root_of(leaves)


@given(size=st.integers(1, 70), data=st.data())
def test_no_other_index_and_no_other_path_proves_it(size: int, data: st.DataObject) -> None:
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-2, size + 2).filter(lambda number: number != index))
    path, root = Tree(leaves).path(index), root_of(leaves)
    assert root_from(leaves[index], other, size, path) != root
    assert root_from(leaves[index], index, size, [*path, root]) is None
    assert root_from(leaves[index], index, size, path[:-1]) != root or not path


def test_a_node_is_no_leaf() -> None:
    """Without the byte in front, two hashes side by side could be passed off as the data of a leaf."""
    left, right = hashes(2)
    assert leaf_hash(left + right) != root_of([left, right])


def test_there_is_no_path_from_a_leaf_that_there_is_not() -> None:
    with pytest.raises(IndexError):
        Tree(hashes(3)).path(3)
