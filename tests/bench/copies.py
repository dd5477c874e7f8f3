"""Copies of recorded journeys, each another person's: sealed with a key of its own, chained and signed anew."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from sqlalchemy import Engine, insert, select, text

from activities.contents import LedgerContents, opened, opened_notice, sealed
from activities.identities import Reason, opened_reason, place_of_reading, sealed_reason
from activities.sealing import sealer_on
from activities.seals import Seal, place_of
from models.access.readings import BEGINNING, reading_bytes, reading_hash
from models.canonical import digest_of
from models.identifiers import Actor, CandidateNumber, JourneyId
from models.ledger.hash_chain import GENESIS, row_hash
from models.signatures import event_bytes, sign
from models.tables.base import table_of
from models.tables.journeys import FindingRow, FollowUpRow, JourneyRow, OpenItemRow, PlaceRow, StagePeriodRow
from models.tables.ledger import LedgerRow, NoticeRow
from models.tables.people import CandidateKeyRow, ReadRow
from tests.support.authority import authority, key_of

PLAIN = (JourneyRow, StagePeriodRow, FindingRow, FollowUpRow, OpenItemRow, PlaceRow)
COPIED = (*PLAIN, LedgerRow, NoticeRow, ReadRow)

Rows = dict[Any, list[dict[str, Any]]]
Charge = Mapping[str, str]
"""Another `site` and `coordinator` than those of the journey that is copied."""


class _Original(NamedTuple):
    """A journey with its rows by table, and what is sealed in them, opened, by row or number."""

    id: JourneyId
    rows: Rows
    events: Mapping[int, LedgerContents]
    notices: Mapping[UUID, dict[str, Any]]
    reasons: Mapping[int, Reason]


class Copies:
    """The journeys that stand in a database, to be copied as often as one likes. `random` draws candidates' numbers."""

    def __init__(self, engine: Engine, random: Random) -> None:
        self._random = random
        self._sealer = sealer_on(engine)
        self._worker = authority()
        self._originals = self._read(engine)

    def of_journey(self, number: int, charge: Charge | None = None) -> tuple[JourneyId, Seal, Rows]:
        """Another journey like one of those, in turn: its id, its candidate's seal, and its rows by table."""
        original = self._originals[number % len(self._originals)]
        candidate = CandidateNumber.draw(self._random)
        id_ = JourneyId.of(candidate, original.id.programme)
        seal, key = self._sealer.new(candidate)
        changed = {"journey_id": id_, "candidate": candidate, **(charge or {})}
        made: Rows = {CandidateKeyRow: [{"candidate": candidate, "wrapped": key.wrapped, "made_at": key.made_at}]}
        made |= {table: [_with(row, changed) for row in original.rows[table]] for table in PLAIN}
        made[LedgerRow] = list(self._ledger(original, seal, changed))
        made[NoticeRow] = [_notice(original, seal, changed, row) for row in original.rows[NoticeRow]]
        made[ReadRow] = list(_reads(original, seal, changed))
        return id_, seal, made

    def __len__(self) -> int:
        return len(self._originals)

    def _read(self, engine: Engine) -> list[_Original]:
        with engine.connect() as connection:
            rows = {one: _rows(connection, one) for one in COPIED}
        ids = sorted({row["journey_id"] for row in rows[LedgerRow]})
        return [self._opened(id_, {one: _of(id_, rows[one]) for one in COPIED}) for id_ in map(JourneyId, ids)]

    def _opened(self, id_: JourneyId, rows: Rows) -> _Original:
        seal = self._sealer.known(id_.candidate)
        return _Original(
            id_,
            rows,
            {row["row"]: opened(seal, _Row(row)) for row in rows[LedgerRow]},
            {row["notice_id"]: opened_notice(seal, row["notice_id"], row["contents"]) for row in rows[NoticeRow]},
            {
                row["number"]: opened_reason(seal, place_of_reading(id_, row["number"]), row["contents"])
                for row in rows[ReadRow]
            },
        )

    def _ledger(self, original: _Original, seal: Seal, changed: Charge) -> Iterator[dict[str, Any]]:
        previous, id_ = GENESIS, changed["journey_id"]
        for row in original.rows[LedgerRow]:
            contents = original.events[row["row"]]
            if contents.event is not None:
                contents = contents._replace(event=_with(contents.event, changed))
            said = {**_with(row, changed), "contents": sealed(seal, contents, id_, row["row"]), "previous": previous}
            if contents.event is not None:
                said["digest"] = digest_of(contents.event, contents.event_salt or "")
            if row["signature"] is not None:
                author = key_of(Actor.parse(row["actor"]).name)
                said["signature"] = sign(author, event_bytes(id_, said["digest"])).value
            said["hash"] = previous = row_hash(said)
            yield said | self._worker.signature_of(previous)


def _reads(original: _Original, seal: Seal, changed: Charge) -> Iterator[dict[str, Any]]:
    previous = BEGINNING
    for row in original.rows[ReadRow]:
        place = place_of_reading(changed["journey_id"], row["number"])
        contents = sealed_reason(seal, place, original.reasons[row["number"]])
        said = {**_with(row, changed), "contents": contents, "previous": previous}
        said["signature"] = sign(key_of(Actor.parse(row["actor"]).name), reading_bytes(said)).value
        previous = reading_hash(said)
        yield said


def _notice(original: _Original, seal: Seal, changed: Charge, row: Mapping[str, Any]) -> dict[str, Any]:
    own = uuid5(row["notice_id"], changed["candidate"])
    told = {**_with(original.notices[row["notice_id"]], changed), "notice_id": str(own)}
    return {**_with(row, changed), "notice_id": own, "contents": seal.seal_json(place_of("notices", own), told)}


def _with(row: Mapping[str, Any], changed: Charge) -> dict[str, Any]:
    return {**row, **{name: value for name, value in changed.items() if name in row}}


def _rows(connection: Any, table: Any) -> list[dict[str, Any]]:
    found = connection.execute(select(table_of(table)).order_by(text("1"))).mappings()
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def _of(id_: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["journey_id"] == id_]


class _Row:
    """A row by its names."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        vars(self).update(row)


def write(engine: Engine, made: Sequence[Rows]) -> None:
    """Write the rows of many journeys, in one transaction."""
    with engine.begin() as connection:
        for table in made[0]:
            if rows := [row for one in made for row in one[table]]:
                connection.execute(insert(table_of(table)), rows)
