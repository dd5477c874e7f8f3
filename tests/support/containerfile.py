"""Reads deploy/Containerfile, as far as the tests need it."""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent.parent
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
LOCK = "requirements.lock"


@dataclass(frozen=True)
class Instruction:
    """One instruction of one stage, its continuation lines joined: `RUN`, `pip install …`."""

    stage: int
    name: str
    value: str


def read_containerfile() -> list[Instruction]:
    lines = [line for line in CONTAINERFILE.read_text().splitlines() if not line.startswith("#")]
    instructions: list[Instruction] = []
    stage = -1
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        name, _, value = line.strip().partition(" ")
        stage += name == "FROM"
        if name:
            instructions.append(Instruction(stage, name, " ".join(value.split())))
    return instructions


def last_stage() -> list[Instruction]:
    """The instructions of the image itself, without those of the stage that builds it."""
    instructions = read_containerfile()
    return [instruction for instruction in instructions if instruction.stage == instructions[-1].stage]


def value_of(name: str) -> str:
    """The value of an instruction that the last stage has exactly once."""
    [value] = [instruction.value for instruction in last_stage() if instruction.name == name]
    return value


def entry_point() -> list[str]:
    return cast("list[str]", json.loads(value_of("ENTRYPOINT")))


def install_command() -> list[str]:
    """The command that installs what the image needs."""
    commands = [shlex.split(instruction.value) for instruction in read_containerfile() if instruction.name == "RUN"]
    [command] = [command for command in commands if command[:2] == ["pip", "install"]]
    return command


def copied() -> list[tuple[Path, Path]]:
    """What the image has of the repository: the source, and where it goes below the working directory."""
    pairs: list[tuple[Path, Path]] = []
    for instruction in read_containerfile():
        if instruction.name == "COPY" and not instruction.value.startswith("--from"):
            *sources, target = instruction.value.split()
            if sources == [LOCK]:
                continue
            into_directory = target.endswith("/")
            pairs += [
                (ROOT / source, Path(target) / Path(source).name if into_directory else Path(target))
                for source in sources
            ]
    return pairs
