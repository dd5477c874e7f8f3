"""Candidate numbers: random, so that they tell nothing, with a check character, so that a slip of the pen is found."""

from random import Random

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which are read for one another."""

RANDOM_CHARACTERS = 8
"""About 10^12 numbers: two of 100,000 candidates meet with a chance of one in 200, and are then drawn again."""


def draw(random: Random) -> str:
    """A new number such as `K7Q29FMXB`: eight random characters and a check character (ISO 7064 MOD 37,36)."""
    while True:
        body = "".join(random.choices(ALPHABET, k=RANDOM_CHARACTERS))
        check = mod_37_36.calc_check_digit(body)
        if check in ALPHABET:
            return f"{body}{check}"


def read(written: str) -> str | None:
    """The candidate number that somebody wrote, in capitals and without spaces or hyphens; None where it is none."""
    number = written.upper().replace(" ", "").replace("-", "")
    if len(number) != RANDOM_CHARACTERS + 1 or set(number) - set(ALPHABET):
        return None
    try:
        return str(mod_37_36.validate(number))
    except ValidationError:
        return None
