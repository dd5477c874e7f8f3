"""Docs that are made from the code: diagram, table of events, commands, rules, keys, net. `--check` finds drift."""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import typer
from transitions.extensions import GraphMachine
from typer.main import get_command
from typer.testing import CliRunner

from activities.language import Language, said
from auditing.event_logs.petri_net import write_pnml
from deploy.tools import programme_page, rules_page
from models.access.permissions import ACTIONS, PERMISSIONS, ROLE_NAMES, act_in_words
from models.events.events import EVENT_CLASSES
from models.identifiers import Role
from models.journey.transitions import MOVES, Move, moves_of
from models.programme.way import USUAL
from models.projections.status import possible
from models.stages import Stage
from runtime.i18n import using_language

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
COMMANDS = ROOT / "deploy" / "commands.md"
PERMITTED = ROOT / "deploy" / "permissions.md"
RULES = ROOT / "deploy" / "rules.md"
PROGRAMME_FILES = ROOT / "deploy" / "programme-files.md"
NETS: dict[Language, Path] = {"en": ROOT / "deploy" / "journey.pnml", "sv": ROOT / "deploy" / "journey.sv.pnml"}

STYLING = ("---", "class", "Class")
"""Lines of the drawing that only colour it, for a page of their own."""

WIDTH = "100"
"""Columns of a command's help, whatever terminal makes it."""


def diagram() -> str:
    """The moves that lead from stage to stage, as Mermaid draws them."""
    drawn = [move for move in moves_of(USUAL) if move.to is not None and move.kind != "reopened"]
    machine = GraphMachine(
        model=SimpleNamespace(),
        states=Stage,
        initial=Stage.REFERRAL,
        transitions=[_arrow(move) for move in drawn],
        auto_transitions=False,
        graph_engine="mermaid",
        title="",
    )
    graph: Any = machine.get_combined_graph()
    lines = [line for line in graph.source.splitlines() if line.strip() and not line.strip().startswith(STYLING)]
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def _arrow(move: Move) -> dict[str, object]:
    return {"trigger": move.kind, "source": list(move.sources), "dest": move.to}


def events_table() -> str:
    """Every kind of event: where it is possible, where it leads, what it needs."""
    rows = ["| event | from → to | fields it needs | what it says |", "| --- | --- | --- | --- |"]
    for kind, cls in EVENT_CLASSES.items():
        needs = ", ".join(possible(kind).needs) or "–"
        rows.append(f"| `{kind}` | {_ways(kind)} | {needs} | {programme_page.summary(cls)} |")
    return "\n".join(rows)


def _ways(kind: str) -> str:
    moves = [move for move in MOVES if move.kind == kind]
    if not moves:
        return "starts the journey in referral"
    if kind == "reopened":
        return "closed → the stage it was closed from"
    usual, others = ([move for move in moves if move.is_of(USUAL) is is_usual] for is_usual in (True, False))
    targets = " or ".join(dict.fromkeys("stays" if move.to is None else str(move.to) for move in usual))
    elsewhere = [f"{_named(move.sources)} → {move.to or 'stays'}" for move in others]
    said = f"{_named(usual[0].sources)} → {targets}"
    return f"{said}; in ways of another shape also {', '.join(elsewhere)}" if elsewhere else said


def _named(stages: tuple[Stage, ...]) -> str:
    if set(stages) == set(Stage):
        return "any stage"
    if set(stages) == set(Stage) - {Stage.CLOSED}:
        return "any open stage"
    return ", ".join(stages)


def permissions() -> str:
    """Who may do what, and for whom, as a table."""
    roles = [role for role in Role if role is not Role.SYSTEM]
    lines = [
        "# Who may do what",
        "",
        "By action and role, the candidates for whom it is permitted: *own* (in one's charge, or that of somebody",
        "for whom one stands in; lent to one until a day; as supervisor or mentor of the agreement; as a partner",
        "that has been written to), *town* (of one's programme and town), *programme*, *any*. Whatever the table",
        "does not name is refused. Rules of the programme, such as who evaluates and who decides, come on top. Made",
        "from `models/access/permissions.py`.",
        "",
        f"| action | {' | '.join(said(ROLE_NAMES[role], 'en') for role in roles)} |",
        f"| --- |{' --- |' * len(roles)}",
    ]
    for action in ACTIONS:
        named = f"`{action}`" if action in EVENT_CLASSES else said(act_in_words(action), "en")
        cells = (PERMISSIONS[role].get(action) for role in roles)
        lines.append(f"| {named} | {' | '.join(cell.name.lower() if cell else '–' for cell in cells)} |")
    return "\n".join([*lines, ""])


def commands() -> str:
    """The help of every command of the scripts."""
    import admin
    import audit

    return "\n".join(["# Commands", "", *_helps("admin.py", admin.app), *_helps("audit.py", audit.app)])


def _helps(script: str, app: typer.Typer) -> Iterator[str]:
    runner = CliRunner(env={"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1"})
    for arguments in ([], *command_names(app)):
        text = runner.invoke(app, [*arguments, "--help"], prog_name=script).output
        yield f"## `{' '.join((script, *arguments))}`\n\n```text\n{_trimmed(text)}\n```\n"


def command_names(app: typer.Typer) -> Iterator[list[str]]:
    """The words that call each command: one, and two for the commands of a group."""
    yield from ([*words] for words, command in every_command(app) if words and not hasattr(command, "commands"))


def every_command(app: typer.Typer) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The script, its groups and its commands, each with the words that call it."""
    return _within((), get_command(app))


def _within(words: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield words, command
    for name in getattr(command, "commands", {}):
        yield from _within((*words, name), command.get_command(None, name))


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def net(language: Language) -> str:
    """The way as a Petri net, for programs of process mining."""
    out = BytesIO()
    with using_language(language):
        write_pnml(out)
    return out.getvalue().decode()


def made() -> dict[Path, str]:
    """What each generated file must hold."""
    readme = README.read_text(encoding="utf-8")
    for name, text in (("diagram", diagram()), ("events", events_table())):
        begin, end = f"<!-- {name}: generated by make docs -->", f"<!-- end of {name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
        readme = pattern.sub(lambda _, text=text, begin=begin, end=end: f"{begin}\n{text}\n{end}", readme)  # type: ignore[misc]
    made = {COMMANDS: commands(), RULES: rules_page.page(), PERMITTED: permissions()}
    made[PROGRAMME_FILES] = programme_page.page()
    return {README: readme, **made, **{file: net(language) for language, file in NETS.items()}}


def main() -> int:
    """Write the docs, or, with --check, say which have drifted; exit status 1 then."""
    drifted = [file for file, text in made().items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv:
        for file in drifted:
            sys.stderr.write(f"{file.name} no longer says what the code does; run: make docs\n")
        return 1 if drifted else 0
    for file, text in made().items():
        file.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
