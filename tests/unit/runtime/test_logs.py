"""Entries of the log: one line of JSON each, in which no error speaks but those that vouch for what they say."""

import asyncio
import json
import logging
from io import StringIO
from typing import Any

import psycopg
import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from activities.announce import NotDelivered
from activities.delivery import DeliveryFailed
from activities.sealing import MasterKeyUnknown
from models.message import msg
from runtime import logs
from runtime.errors import UsageError
from runtime.logs import MOST_ERRORS, JsonLines, say

NAME, NUMBER = "Nils Påhittad", "19850505-9805"


def entry(message: object, *args: object, error: BaseException | None = None, **more: Any) -> dict[str, Any]:
    """The entry as it is written, which must be one line."""
    where = logging.getLogger(more.pop("logger", "any"))
    info = (type(error), error, error.__traceback__) if error else None
    record = where.makeRecord(where.name, logging.WARNING, __file__, 1, message, args, info, extra=more)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert NAME not in line
    written = json.loads(line)
    assert isinstance(written, dict)
    return written


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def test_an_entry_says_when_how_bad_who_and_what() -> None:
    written = entry("could not %s", "begin")

    assert written.keys() == {"at", "level", "logger", "message"}
    assert (written["level"], written["logger"], written["message"]) == ("warning", "any", "could not begin")
    assert written["at"].endswith("+00:00")


def test_an_error_is_told_by_type_code_and_place() -> None:
    written = entry("it failed", error=raised(OSError(28, f"no space for {NAME}"), ValueError(NAME)))

    assert written["errors"] == [{"type": "OSError", "code": "ENOSPC"}, {"type": "ValueError"}]
    assert written["places"] == [f"tests/unit/runtime/test_logs.py:{raised.__code__.co_firstlineno + 2} raised"]


def test_an_error_does_not_speak_in_the_message_either() -> None:
    error = raised(ValueError(f"no place for {NAME}"))

    assert entry(f"it failed: {error}", error=error)["message"] == "it failed: ValueError"
    assert entry("it failed: %s", error)["message"] == "it failed: ValueError"


def test_what_a_model_or_a_database_says_of_a_value_is_left_out() -> None:
    class Person(BaseModel):
        age: int

    with pytest.raises(ValidationError) as invalid:
        Person.model_validate({"age": NAME})
    with create_engine("sqlite://").connect() as connection, pytest.raises(SQLAlchemyError) as refused:
        connection.exec_driver_sql(f"select '{NAME}' from nowhere")

    [told] = entry("it failed", error=invalid.value)["errors"]
    assert told.keys() == {"type"}
    assert {"type": "sqlite3.OperationalError", "code": "SQLITE_ERROR"} in entry("", error=refused.value)["errors"]


def test_of_a_database_is_told_what_its_error_means() -> None:
    away = OperationalError("insert", None, psycopg.OperationalError(f"connection refused for {NAME}"))
    [told, *_] = entry("it failed", error=raised(away))["errors"]
    assert told["message_id"] == "database.unavailable"
    assert told["says"] == "The database cannot be reached. Start it or correct HELAVAGEN_DATABASE_URL."
    assert NAME not in str(told)


def test_which_master_key_is_lacking_is_told() -> None:
    [told] = entry("it failed", error=MasterKeyUnknown(msg("master_key.other", "{name}", name="017ae84f")))["errors"]
    assert told["says"].startswith("The master key 017ae84f that wrapped a key is not set.")


def test_a_sentence_in_which_nothing_stands_is_told_and_no_other() -> None:
    [told] = entry("it failed", error=UsageError("master_key.no_file", "The file cannot be read."))["errors"]
    assert told["says"] == "The file of the master key cannot be read. Correct HELAVAGEN_MASTER_KEY_FILE."
    [told] = entry("it failed", error=UsageError("keyring.missing", "{name}", name=NAME))["errors"]
    assert told["message_id"] == "keyring.missing"
    assert "says" not in told


def test_the_end_of_an_outage_says_what_was_away() -> None:
    away = OperationalError("insert", None, psycopg.OperationalError(NAME))
    record = logging.LogRecord(
        "temporalio.activity", logging.WARNING, "", 0, "Completing activity as failed", None, None
    )
    record.exc_info = (type(away), away, None)
    assert logs._in_words(record) == "The database cannot be reached. Start it or correct HELAVAGEN_DATABASE_URL."


def test_an_error_that_vouches_for_what_it_says_is_told() -> None:
    failed = DeliveryFailed("The webhook of partner af answered 503.")
    written = entry("it failed", error=raised(NotDelivered(f"1 of 2 notices not delivered yet: {failed}"), failed))

    assert [one["says"] for one in written["errors"]] == [
        "1 of 2 notices not delivered yet: The webhook of partner af answered 503.",
        "The webhook of partner af answered 503.",
    ]


def test_each_error_of_a_group_is_told() -> None:
    group = raised(ExceptionGroup(NAME, [ValueError(NAME), KeyError(NAME)]))

    told = entry("it failed", error=group)["errors"]
    assert [one["type"] for one in told] == ["ExceptionGroup", "ValueError", "KeyError"]


async def test_a_task_that_nobody_awaited_is_told_without_what_it_was_given() -> None:
    async def fail(who: str) -> None:
        raise ValueError(who)

    task = asyncio.create_task(fail(NAME), name=NAME)
    await asyncio.wait({task})
    message = f"Task exception was never retrieved\nfuture: {task!r}"

    assert entry(message, logger="asyncio", error=task.exception())["message"] == "Task exception was never retrieved"
    assert entry(f"Exception in callback fail({NAME!r})", logger="asyncio")["message"] == "Exception in callback fail"


@pytest.mark.parametrize("text", [NUMBER, "198505059805", "850505-9805", "850505+9805", "nils@pahittad.example"])
def test_what_looks_like_an_identity_number_or_an_address_is_taken_out(text: str) -> None:
    assert entry(f"about {text}, again")["message"] == "about …, again"
    assert entry("about", temporal_workflow={"workflow_id": f"mine/{text}"})["workflow_id"] == "mine/…"


@pytest.mark.parametrize(
    "text", ["01a2276a-fcd4-7615-bcce-24bf8edcfbe5", "19850505-1234-7615-bcce-24bf8edcfbe5", "1764421820"]
)
def test_ids_and_moments_stay(text: str) -> None:
    assert entry(f"about {text}")["message"] == f"about {text}"


def test_what_an_entry_of_an_activity_is_about_stands_in_fields() -> None:
    about = {"workflow_id": "journey/K7Q29FMXB/easy_jobs", "activity_type": "record", "attempt": 2}
    written = entry("it failed", temporal_activity={**about, "task_queue": "q"})

    assert {name: written[name] for name in about} == about
    assert "task_queue" not in written


def test_a_long_chain_of_errors_is_cut() -> None:
    error: BaseException = ValueError("first")
    for number in range(2 * MOST_ERRORS):
        error = raised(ValueError(number), error)

    assert len(entry("it failed", error=error)["errors"]) == MOST_ERRORS


class Screen(StringIO):
    def isatty(self) -> bool:
        return True


def test_why_a_process_ends_is_a_line_of_the_log_where_nobody_looks_on() -> None:
    file, screen = StringIO(), Screen()
    for stream in (file, screen):
        say("The port is taken.\nChoose another.", stream, logging.ERROR, "port.taken")
    assert screen.getvalue() == "The port is taken.\nChoose another.\n"
    written = json.loads(file.getvalue())
    assert file.getvalue().count("\n") == 1
    told = {name: written[name] for name in ("level", "logger", "message", "message_id")}
    assert told == {
        "level": "error",
        "logger": "hela-vagen",
        "message": "The port is taken. Choose another.",
        "message_id": "port.taken",
    }
