"""Answers across journeys as they are written, and asked at the terminal."""

import csv
import json
import re
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner

import audit
from activities.language import Language
from auditing.event_logs.writing import LogForm
from auditing.inquiry.inquiry import Period
from auditing.inquiry.questions import QUESTIONS
from auditing.inquiry.writing import Page, as_csv, as_json, told
from runtime.errors import UsageError
from runtime.i18n import _, using_language
from services.queries.titles import Titles
from services.told import TableTold
from tests.support.errors import raises
from tests.support.inquired import END, TOWN, Inquired, known_at
from tests.support.programmes import RULES
from tests.support.recording import ANNA, CHARLIE
from tests.support.values import MONDAY

TITLES = Titles(RULES)


# As it is written


def test_json_says_what_was_asked_and_how_much_there_is(inquired: Inquired) -> None:
    said = json.loads("".join(as_json(inquired.answer("decisions", town=TOWN), Page(2, 3))))
    assert (said["question"], said["filters"]["town"], said["known_by"]) == ("decisions", TOWN, "2026-08-03T12:00:00Z")
    assert [(row["candidate"], row["row"]) for row in said["rows"]] == [(ANNA, 7), (CHARLIE, 4)]
    assert (said["counts"]["rows"], said["counts"]["shown"], said["counts"]["journeys"]) == (5, 2, 2)
    empty = json.loads("".join(as_json(inquired.answer("openings"))))
    assert (empty["rows"], empty["counts"]["rows"]) == ([], 0)


def test_csv_opens_in_a_swedish_excel(inquired: Inquired) -> None:
    with using_language("sv"):
        text = "".join(as_csv(inquired.answer("refusals"), TITLES))
        title = TITLES.programme("service_division")
    assert text.encode().startswith(b"\xef\xbb\xbf")
    assert text.count("\r\n") == text.count("\n") == 3
    header, first, _ = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    assert header[:3] == ["kandidat", "program", "rad"]
    assert (first[0], first[1]) == (CHARLIE, title)
    assert (first[0], first[2], first[8], first[9]) == (CHARLIE, "2", "2026-05-01", "2026-05-01")
    assert "possible_in_this_stage" not in first


def test_a_reason_is_no_formula(inquired: Inquired) -> None:
    inquired.reads(inquired.charlie, "coordinator:bo.lind", "=1+1", known_at(300))
    text = "".join(as_csv(inquired.answer("reads", known_at(301)), TITLES))
    assert ";'=1+1;" in text


def test_a_table_says_which_rows_it_shows_of_how_many(inquired: Inquired) -> None:
    blocks = list(told(inquired.answer("decisions"), TITLES, Page(2, 4)))
    sentences = [one for one in blocks if isinstance(one, str)]
    assert sentences[0] == "Rows 5–8 of 9."
    assert sentences[1] == "9 rows in 3 journeys, of 5 that were looked at."
    narrowed = inquired.answer("decisions", town=TOWN, kind="evaluation_recorded", in_effect=Period(first=MONDAY))
    [*_, scope] = [one for one in told(narrowed, TITLES, Page(1, 50)) if isinstance(one, str)]
    assert scope == (
        "Journeys in the town Umeå. Only evaluation. In effect from 2026-03-02 on."
        " Known by 2026-08-03 14:00:00, Swedish time."
    )
    assert [one for one in told(inquired.answer("decisions"), TITLES, Page(1, 50)) if one == "Rows 1–9 of 9."] == []


@pytest.mark.parametrize("spoken", ["en", "sv"])
def test_rules_and_events_are_named_with_the_ids_of_rules_and_an_english_csv_has_codes(
    inquired: Inquired, spoken: Language
) -> None:
    answer = inquired.answer("refusals")
    with using_language(spoken):
        [table] = [one for one in told(answer, TITLES, Page(1, 50)) if isinstance(one, TableTold)]
        [heading, *lines] = csv.reader("".join(as_csv(answer, TITLES))[1:].splitlines(), delimiter=";")
        kind, rule = (table.columns.index(_(one)) for one in ("kind", "rule"))
    assert all(re.fullmatch(r"[^_]+ \([a-z_]+\)", str(row[rule])) for row in table.rows)
    assert not [row for row in table.rows if "_" in str(row[kind])]
    in_csv = {line[heading.index(table.columns[rule])] for line in lines}
    assert all(re.fullmatch("[a-z_]+", one) for one in in_csv) is (spoken == "en")


# At the terminal


class Auditor:
    """Runs `audit.py find` on the ledger."""

    def __init__(self, inquired: Inquired, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HELAVAGEN_DATABASE_URL", str(inquired.engine.url))

    def told(self, *words: str) -> str:
        ended = CliRunner().invoke(audit.app, ["find", *words], standalone_mode=False)
        if ended.exception is not None:
            raise ended.exception
        return ended.output


@pytest.fixture
def auditor(inquired: Inquired, monkeypatch: pytest.MonkeyPatch) -> Auditor:
    return Auditor(inquired, monkeypatch)


def test_an_auditor_asks_at_the_terminal(auditor: Auditor, tmp_path: Path) -> None:
    assert all(question in auditor.told() for question in QUESTIONS)
    known_by = ("--known-by", END.isoformat())
    said = json.loads(auditor.told("decisions", ANNA, "--to", "2026-03-02", "--actor", "maria.ek", "--json", *known_by))
    assert [(row["candidate"], row["row"]) for row in said["rows"]] == [(ANNA, 6)]
    file = tmp_path / "late.csv"
    auditor.told("late", "--days", "8", "--format", "csv", "--output", str(file), *known_by)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "9 rows in 3 journeys" in auditor.told("decisions", *known_by)
    by_name = auditor.told("decisions", "--actor", "Maria Ek", "--kind", "evaluation", *known_by)
    assert by_name == auditor.told("decisions", "--actor", "maria.ek", "--kind", "evaluation_recorded", *known_by)
    refused = auditor.told("refusals", "--rule", "The partner refers to this programme.", *known_by)
    assert refused == auditor.told("refusals", "--rule", "the_partner_may_refer", *known_by)
    rows = json.loads(auditor.told("refusals", "--json", *known_by))["rows"]
    source = next(row["source"] for row in rows if isinstance(row["source"], dict))
    for words in source.values():
        assert auditor.told("refusals", "--source", words, *known_by).count("\n") > 3
    overdue = json.loads(auditor.told("overdue", "--rule", "referral_unanswered", "--json", *known_by))
    assert overdue["counts"]["rows"] == 2


def test_the_journeys_of_an_answer_are_written_as_an_event_log(
    auditor: Auditor, inquired: Inquired, tmp_path: Path
) -> None:
    known_by = ("--known-by", END.isoformat())
    answer = list(inquired.answer("refusals", known_by=END).journeys())
    for form in LogForm:
        said = auditor.told("refusals", "--format", form, "--output", str(tmp_path / form), *known_by)
        assert f"{len(answer)} journeys with" in said
    log = (tmp_path / LogForm.XES).read_text()
    assert re.findall('<trace><string key="concept:name" value="([^"]+)"', log) == answer
    assert 'value="ate_abort"' in log
    in_effect = tmp_path / "in_effect.xes"
    auditor.told("refusals", "--format", "xes", "--view", "in-effect", "--output", str(in_effect), *known_by)
    assert 'value="ate_abort"' not in in_effect.read_text()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("everything",), "find.question"),
        (("decisions", "--kind", "danced"), "filter.unknown"),
        (("reads", "--kind", "correction"), "filter.unknown"),
        (("decisions", "--actor", "mari.ek"), "filter.unknown"),
        (("decisions", "--actor", "cook:maria.ek"), "filter.role"),
        (("decisions", "--rule", "be_kind"), "find.rule"),
        (("decisions", "--minutes", "3"), "find.option_only"),
        (("decisions", "--from", "2026-03-02", "--to", "2026-03-01"), "scope.ends_first"),
        (("decisions", "--output", "table.txt"), "find.table_file"),
        (("decisions", "--format", "xlsx"), "timeline.form"),
        (("decisions", "--format", "xes"), "find.log_file"),
        (("decisions", "--format", "ocel", "--output", "log", "--page", "2"), "find.log_page"),
        (("decisions", "--view", "in-effect"), "find.view"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(auditor: Auditor, words: tuple[str, ...], why: str) -> None:
    with raises(UsageError, why):
        auditor.told(*words)


@pytest.mark.parametrize("words", [("--reader", "ann.berg"), ("--town", "9999"), ("--programme", "easy_job_s")])
@pytest.mark.usefixtures("auditor")
def test_readings_by_who_or_where_nobody_knows_are_refused(words: tuple[str, ...]) -> None:
    ended = CliRunner().invoke(audit.app, ["reads", *words], standalone_mode=False)
    assert isinstance(ended.exception, UsageError)
    named = CliRunner().invoke(audit.app, ["reads", "--reader", "Maria Ek", "--json"], standalone_mode=False)
    assert named.exception is None


@pytest.mark.usefixtures("auditor")
def test_readings_are_written_as_csv_and_the_same_sample_is_drawn_in_each_form(
    inquired: Inquired, tmp_path: Path
) -> None:
    for day in (302, 303):
        inquired.reads(inquired.charlie, "coordinator:bo.lind", "Anna is on leave", known_at(day))

    def told(*words: str) -> str:
        ended = CliRunner().invoke(audit.app, ["reads", *words], standalone_mode=False)
        assert ended.exception is None, ended.output
        return ended.stdout

    drawn = ("--sample", "3", "--seed", "7")
    in_csv, in_json = told(*drawn, "--format", "csv"), json.loads(told(*drawn, "--json"))
    assert in_csv.startswith("\ufeffnumber;read;candidate;programme;")
    [_, *lines] = csv.reader(in_csv[1:].splitlines(), delimiter=";")
    assert [[one[0], one[2]] for one in lines] == [[str(one["id"]), one["candidate"]] for one in in_json["reads"]]
    assert lines
    assert told(*drawn, "--format", "csv", "--output", str(tmp_path / "drawn.csv")) == ""
    assert (tmp_path / "drawn.csv").read_bytes().decode() == in_csv.replace("\n", "\r\n")
    count = len(json.loads(told("--format", "json")))
    assert len(told("--format", "csv").splitlines()) == count + 1
