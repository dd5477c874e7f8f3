"""English words in what a Swedish reader is shown."""

import re

ENGLISH = re.compile(
    r"\b(and|are|at|by|cannot|due|for|has|have|is|it|no|not|nobody|nothing|of|or|since|the|there|this|to|until"
    r"|waits|was|were|what|who|with|accepted|refused|candidate|stage|event|days?|people|hired|months?"
    r"|missing|unknown|usage|options|commands|arguments|required|default|invalid|value|choose|write|give|see|only"
    r"|every|each|from|where|when|which|must|should|before|after|recorded|page|show|exit)\b",
    re.IGNORECASE,
)
"""Words that Swedish does not have, as it has "be"; names of events and fields are one word with what is around `_`."""

CODES = re.compile(
    r"<style>.*?</style>|--\S+|\{\w+\}|\[[a-z]+\]|`[^`]*`|\b(admin|audit|worker)\.py( [\w-]+)*|HELAVAGEN_\w+"
    r"|<[^>]*>|^  [a-z-]+(?=\s{2,})|^  \w+ (?=<)|Argumentet \w+",
    re.DOTALL | re.MULTILINE,
)
"""What is typed, and not read: options, commands, names of arguments and settings."""


def english_in(told: str) -> list[str]:
    """Each English word with what stands around it."""
    bare = CODES.sub("", told)
    return [bare[max(0, found.start() - 40) : found.end() + 40] for found in ENGLISH.finditer(bare)]
