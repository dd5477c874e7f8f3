"""The last place, asked for by thirty at once: one gets it, each of the others is told why not, and none waits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

from sqlalchemy import Engine

from models.identifiers import CandidateNumber
from models.ledger.entry import LedgerEntry
from models.ledger.receipt import Receipt
from services.queries.lists import Lists
from tests.support.recording import TRANSPORT, on_transport, recorder_on, rows_of, taken

MANY = 30
AT_ONCE = 20
"""Threads that start together; the others follow on their heels. The pool has five connections for them."""


def test_thirty_ask_for_the_last_place_and_one_gets_it(engine: Engine) -> None:
    draw, recorder = Random(1), recorder_on(engine)
    ways = [on_transport(engine, CandidateNumber.draw(draw)) for _ in range(MANY + 1)]
    entries = [way.entry(way.event("internship_agreed", position=TRANSPORT)) for way in ways]
    assert recorder.record(entries[0]).accepted  # of two places one is left
    start = Barrier(AT_ONCE)

    def ask(numbered: tuple[int, LedgerEntry]) -> Receipt:
        number, entry = numbered
        if number < AT_ONCE:
            start.wait()
        return recorder.record(entry)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        receipts = list(threads.map(ask, enumerate(entries[1:])))
    assert Counter(receipt.rule for receipt in receipts) == {None: 1, "a_place_is_free": MANY - 1}
    assert all("(2 in all)" in receipt.message for receipt in receipts if not receipt.accepted)
    assert taken(engine, TRANSPORT) == len(rows_of(engine, "places_taken")) == 2
    in_internship = [line.candidate for line in Lists(engine).journeys(stage="internship", limit=MANY * 2)]
    held = {
        ways[0].candidate,
        *(way.candidate for way, receipt in zip(ways[1:], receipts, strict=True) if receipt.accepted),
    }
    assert set(in_internship) == held
    assert len(rows_of(engine, "ledger")) == 4 * len(ways)
