"""What is said of a candidate stands in no table in clear text, and what stays cannot be guessed from."""

from hashlib import sha256

from sqlalchemy import Engine, inspect, text

from activities.contents import opened
from activities.sealing import sealer_on
from models.canonical import digest_of
from services.queries.lists import Lists
from services.texts import texts_of
from tests.support.recording import RecordedWay, recorder_on

NOTE = "sjukskriven för utmattning"


def everything_in(engine: Engine) -> str:
    """Every value of every table."""
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return "\n".join(repr(connection.execute(text(f'select * from "{name}"')).all()) for name in tables)


def told(engine: Engine) -> RecordedWay:
    way = RecordedWay(recorder_on(engine)).comes("referred", "referral_accepted")
    assert way.tells("note_added", text=NOTE).accepted
    assert not way.tells("internship_completed").accepted
    return way


def test_what_was_said_stands_in_no_table_and_is_read_with_the_key(engine: Engine) -> None:
    way = told(engine)
    assert NOTE not in everything_in(engine)
    assert NOTE.encode().hex() not in everything_in(engine)
    [note] = [line for line in Lists(engine).ledger(way.id) if line.kind == "note_added"]
    assert note.event is not None
    assert texts_of(engine, way.id)[note.event["text"]].shown == NOTE
    assert note.kind in everything_in(engine)  # what is looked for would have been found


def test_what_partners_are_told_stands_in_no_table(engine: Engine) -> None:
    told(engine)
    assert Lists(engine).notices()
    assert "recorded_at" not in everything_in(engine)  # a field of every notice


def test_an_event_cannot_be_guessed_from_what_stays_of_it(engine: Engine) -> None:
    way = told(engine)
    event = way.journey.entries[-1].event
    kept = everything_in(engine)
    for guess in (digest_of(event), sha256(event.model_dump_json().encode()).hexdigest()):
        assert guess not in kept
    seal = sealer_on(engine).known(way.candidate)
    with engine.connect() as connection:
        row = connection.execute(text("select * from ledger where row = 3")).one()
    contents = opened(seal, row)
    assert digest_of(event, contents.event_salt or "") == row.digest
    assert not any(str(salt) in kept for salt in (contents.event_salt, contents.receipt_salt))


def test_the_same_content_twice_looks_different(engine: Engine) -> None:
    seal = sealer_on(engine).of("K7Q29FMXB")
    assert seal.seal("here", b"the same") != seal.seal("here", b"the same")
