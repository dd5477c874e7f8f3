"""What is large, and stays so when it is packed: nothing in it repeats itself."""

from random import Random

LARGEST = Random(1).randbytes(1_700_000).hex()
"""A text that a server still lets in, packed and sealed: 1.8 of its 2 MB."""

TENTH = Random(2).randbytes(140_000).hex()
