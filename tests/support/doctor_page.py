"""`deploy/doctor.md`: broken set-ups as the tests break them, what a check-up says of each, and what mends it."""

from babel.messages.pofile import read_po

from activities.translations import CATALOGUE
from interfaces.cli.hints import HINTS
from models.message import Message
from tests.support.broken_set_ups import BROKEN, BrokenSetUp
from tests.support.mending import COMMAND, OF_TEMPORAL, SETTING
from tests.support.processes import ROOT

PAGE = ROOT / "deploy" / "doctor.md"

HEAD = """# What a check-up says of a broken set-up

`python admin.py doctor` and `python worker.py --check` ask everything that a set-up needs, and say of each what is
wrong and what mends it. The tests break a sound one in each of these ways, hold what is said against this table, mend
it by nothing but that, and ask again (`tests/integration/services/test_doctor.py`). This page is written by
`python -m tests.support.doctor_page`.

What takes several steps is tried in `test_setup_and_mending.py` beside it: mail servers with TLS and log-in, clocks
that are apart, a search attribute of another type, keys of candidates that open no longer, hosts that take a connection
and say nothing, schedules that are paused.

| what is broken | check | what it says | mended by |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The page, from the table of the tests and the catalogue of messages."""
    with CATALOGUE.open("rb") as file:
        said = {str(one.context): str(one.id) for one in read_po(file) if one.context}
    return HEAD + "".join(_line(how, case, said) for how, case in BROKEN.items())


def _line(how: str, case: BrokenSetUp, said: dict[str, str]) -> str:
    lines = []
    for check, id_ in case.wrong.items():
        hint: Message | str = HINTS.get(id_, "")
        text = f"{said[id_]} {hint}".strip()
        name = f"{how} (worker)" if case.worker else how
        lines.append(f"| {name} | `{check}` | {text} | {case.mended_by or _by(text)} |\n")
    return "".join(lines)


def _by(text: str) -> str:
    if settings := SETTING.findall(text.partition("Run:")[0]):
        return ", ".join(f"`HELAVAGEN_{name}`" for name in dict.fromkeys(settings))
    if command := COMMAND.search(text):
        return f"`{command[0].removeprefix('Run: ').removesuffix('.')}`"
    return ", ".join(f"`{name}`" for name in OF_TEMPORAL.findall(text))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
