"""Drawing at random in an order that anybody can work out again from a seed, in any language."""

import secrets
from hashlib import sha256


def order_of(seed: object, name: object) -> str:
    """By what something comes sooner or later: the SHA-256, in hexadecimal, of the seed, a line feed and its name."""
    return sha256(f"{seed}\n{name}".encode()).hexdigest()


def new_seed() -> int:
    """A seed that nobody chose, short enough to be dictated."""
    return secrets.randbelow(10**9)
