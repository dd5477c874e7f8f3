"""Options of the scripts: what one means has one name in every command, and a name means one thing."""

import admin
import audit
from deploy.tools.docs import every_command

MEANINGS = {
    "actor": "who acts",
    "because": "why",
    "by": "what it is divided by",
    "candidate": "which candidate",
    "coordinator": "who is in charge",
    "on": "the day on which it took effect",
    "partner": "which partner",
    "programme": "which programme",
    "town": "which town, by its municipality code",
    "since": "only from this day on",
    "from": "from when",
    "until": "the last day",
    "json": "print JSON",
    "output": "the file to write",
    "lang": "the language of what is written",
    "page": "which page",
    "limit": "the largest number shown",
}
"""What options that several commands take mean, each by its one name."""

OTHERWISE_CALLED = {
    *("site", "place", "municipality", "city"),
    *("referring-partner", "agency"),
    *("reason", "why", "cause"),
    *("date", "day", "when"),
    *("program", "measure"),
    *("as-json", "author", "who", "out", "file", "to-file"),
}
"""Other words for the same, none of which is an option."""


def options() -> dict[str, list[bool]]:
    """Every option, with whether it is a switch in each command that has it."""
    found: dict[str, list[bool]] = {}
    for app in (admin.app, audit.app):
        for _words, command in every_command(app):
            for parameter in command.params:
                for option in parameter.opts:
                    if option.startswith("--"):
                        found.setdefault(option[2:], []).append(getattr(parameter, "is_flag", False))
    return found


def test_no_option_is_another_name_for_what_has_one() -> None:
    assert OTHERWISE_CALLED.isdisjoint(options())
    assert MEANINGS.keys() <= options().keys()


def test_a_name_is_either_a_switch_or_takes_a_value() -> None:
    assert [name for name, switches in options().items() if len(set(switches)) > 1] == []
