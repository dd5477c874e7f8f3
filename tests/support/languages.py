"""English words that are left in a Swedish text."""

import re

ENGLISH = re.compile(
    r"\b(and|are|at|be|by|cannot|due|for|has|have|is|it|no|not|nobody|nothing|of|or|since|the|there|this|to|until"
    r"|waits|was|were|what|who|with|accepted|refused|candidate|stage|event|days?|people|hired|months?)\b"
)
"""Words that Swedish does not have; names of events and fields are one word with what stands before and after `_`."""


def english_in(told: str) -> list[str]:
    """Each with what stands around it."""
    bare = re.sub(r"--\S+|admin\.py( \w+)+|<style>.*?</style>|<[^>]*>", "", told, flags=re.DOTALL)
    return [bare[max(0, found.start() - 40) : found.end() + 40] for found in ENGLISH.finditer(bare)]
