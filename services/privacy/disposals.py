"""The log of disposals: proposed by one, carried out by another, and kept in a file too, for restores."""

import json
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from activities.sealing import KeyEnded
from activities.whole_files import GROUP_READS, OWNER_ALONE, write_whole
from models.access.chained_rows import BEGINNING, chained_bytes, chained_hash
from models.access.disposals import TABLE, Act, DecisionReference, Disposal, Erased, counts, erasure_in
from models.access.register import Register
from models.calendar.swedish_day import day_in_sweden
from models.identifiers import Actor
from models.message import Message, msg
from models.signatures import is_signed
from models.tables.base import table_of
from models.tables.people import DisposalRow
from runtime.errors import Refused, UsageError
from runtime.files import writing
from runtime.keyring import Keyring
from services.chained_rows import append

REFERENCE: TypeAdapter[str] = TypeAdapter(DecisionReference)

COLUMNS = table_of(DisposalRow).columns.keys()


def decision_of(written: str) -> str:
    """The reference of a decision as somebody wrote it. Raises UsageError."""
    try:
        return REFERENCE.validate_python(written)
    except ValidationError as error:
        raise UsageError(
            "erasure.decision",
            "The reference of the decision must be one word of letters, digits and ./:_- that names nobody, such as"
            " KS-2026/114.",
        ) from error


class Disposals:
    """The log in a database, and its copy in a file beside it."""

    def __init__(self, engine: Engine, file: Path, keyring: Keyring) -> None:
        self._engine = engine
        self._file = file
        self._keyring = keyring

    def rows(self, candidate: str | None = None) -> list[Disposal]:
        """The rows of the log, of one candidate where one is named, in their order."""
        return disposals_in(self._engine, candidate)

    def propose(self, candidate: str, decision: str, by: Actor, at: datetime) -> Disposal:
        """Sign that a candidate is to be erased by a decision. Safe to repeat: what they proposed already stands."""
        for one in self.rows(candidate):
            if one.act is Act.PROPOSED and (one.decision, one.recorded_by.name) == (decision, by.name):
                return one
        row = DisposalRow(
            candidate=candidate, act=Act.PROPOSED, decision=decision, day=day_in_sweden(at), proposal=None
        )
        return self._append(row, by, at)

    def carry_out(self, candidate: str, decision: str | None, by: Actor, at: datetime) -> Disposal:
        """Sign that what another has proposed is carried out; what is signed already stands.

        Raises Refused where nobody else has proposed it, with another key, or by another decision.
        """
        rows = self.rows(candidate)
        for one in rows:
            if one.act is Act.CARRIED_OUT and decision in (None, one.decision):
                return one
        proposals = [one for one in rows if one.act is Act.PROPOSED and decision in (None, one.decision)]
        if not proposals:
            raise Refused(
                "erasure.not_proposed",
                "Nobody has proposed to erase {candidate} by this decision. Propose it first.",
                candidate=candidate,
            )
        own = self._keyring.key(by.name).public_key().public_bytes_raw().hex()
        others = [one for one in proposals if one.recorded_by.name != by.name and one.key != own]
        if not others:
            raise Refused(
                "erasure.by_two",
                "Nobody carries out what they have proposed themselves. Ask somebody else with a key of their own.",
            )
        of = others[-1]
        row = DisposalRow(
            candidate=candidate, act=Act.CARRIED_OUT, decision=of.decision, day=day_in_sweden(at), proposal=of.number
        )
        return self._append(row, by, at)

    def keep(self) -> None:
        """Have the file say what the log says. Raises Refused where the file knows more: then a backup was restored."""
        kept, rows = self.kept(), [one.as_row() for one in self.rows()]
        if kept[: len(rows)] != rows[: len(kept)]:
            raise Refused(
                "disposals.differ",
                "The file of erasures and the database contradict each other. Find out which of them was changed.",
            )
        if len(kept) > len(rows):
            raise Refused(
                "disposals.behind",
                "The database is older than the file of erasures. Carry out again what was erased since.",
            )
        if len(kept) < len(rows):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with writing(self._file):
                write_whole(self._file, b"".join(_line(row) for row in rows), _permissions(self._file.parent))

    def kept(self) -> list[dict[str, Any]]:
        """What the file says, row by row. Raises Refused where it cannot be read."""
        if not self._file.exists():
            return []
        try:
            read = [json.loads(line) for line in self._file.read_text().splitlines()]
            return [Disposal.model_validate(row).as_row() for row in read]
        except (OSError, ValueError) as error:
            raise Refused(
                "disposals.unreadable", "The file of erasures {file} cannot be read.", file=self._file.name
            ) from error

    def take_in(self) -> int:
        """Bring into the log of a restored database what the file knows and it does not; returns how many rows.

        Raises Refused where the rows do not continue the log as they were signed.
        """
        kept, rows = self.kept(), [one.as_row() for one in self.rows()]
        missing = kept[len(rows) :]
        previous = chained_hash(TABLE, rows[-1]) if rows else BEGINNING
        for number, row in enumerate(missing, len(rows) + 1):
            signed = is_signed(chained_bytes(TABLE, row), row["signature"], row["key"])
            if not signed or (row["number"], row["previous"]) != (number, previous):
                raise Refused(
                    "disposals.not_continued",
                    "Row {number} of the file of erasures does not follow the log of this database.",
                    number=row["number"],
                )
            previous = chained_hash(TABLE, row)
        with Session(self._engine) as session, session.begin():
            session.add_all(DisposalRow(**Disposal.model_validate(row).model_dump()) for row in missing)
        return len(missing)

    def _append(self, row: DisposalRow, by: Actor, at: datetime) -> Disposal:
        self.keep()  # before anything is added: a database that is behind its file must not go another way
        with Session(self._engine) as session, session.begin():
            append(session, row, by=str(by), at=at, keyring=self._keyring)
            session.flush()
            added = Disposal.model_validate(_columns(row))
        self.keep()
        return added


def disposals_in(engine: Engine, candidate: str | None = None) -> list[Disposal]:
    """The rows of the log in a database, of one candidate where one is named, in their order."""
    query = select(DisposalRow).order_by(DisposalRow.number)
    if candidate is not None:
        query = query.where(DisposalRow.candidate == candidate)
    with Session(engine) as session:
        return [Disposal.model_validate(_columns(row)) for row in session.scalars(query)]


def open_proposals(engine: Engine, register: Register) -> list[Disposal]:
    """The signed proposals that nobody has carried out yet, in their order."""
    every = disposals_in(engine)
    rows = [one.as_row() for one in every]
    erased = {one.candidate for one in every if erasure_in(rows, one.candidate, register)}
    proposed = [one for one in every if one.act is Act.PROPOSED and one.candidate not in erased]
    return [one for one in proposed if counts(register, one.as_row())]


def erasure_of(engine: Engine, register: Register, candidate: str) -> Erased | None:
    """The erasure of a candidate that two people have signed; None where there is none."""
    return erasure_in([one.as_row() for one in disposals_in(engine, candidate)], candidate, register)


def in_words(candidate: str, erased: Erased | None) -> Message:
    """What is said of a candidate who was erased: None where two people have not signed it."""
    if erased is None:
        return KeyEnded(candidate).sentence
    return msg(
        "erasure.erased",
        "Candidate {candidate} was erased on {day} by decision {decision}.",
        candidate=candidate,
        day=erased.day,
        decision=erased.decision,
    )


def _columns(row: DisposalRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COLUMNS}


def _permissions(folder: Path) -> int:
    """A folder that hands its group to files (setgid) is shared by operators: each reads what the other has kept."""
    return GROUP_READS if folder.stat().st_mode & stat.S_ISGID else OWNER_ALONE


def _line(row: dict[str, Any]) -> bytes:
    return (json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n").encode()
