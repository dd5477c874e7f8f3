"""The report on real databases: what the queries count, and that no format tells what the figures hide."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import Engine, insert
from typer.testing import CliRunner

import admin
from activities.identities import sealed_identity
from activities.sealing import sealer_on
from interfaces.cli.output import programmes, show
from models.access.identities import COMMITTED
from models.access.joins import Joins
from models.access.statements import CandidatesJoined
from models.programme.programme import Programme
from models.stages import Stage
from models.tables.people import CandidateRow
from runtime.errors import UsageError
from runtime.i18n import using_language
from services.reports.counting import ON_THE_WAY, Counts, count
from services.reports.figures import Figures
from services.reports.publishing import own_figures, publish
from services.reports.tables import HIDDEN
from services.reports.writing import as_plain, page, write_csv, write_page
from tests.bench.people import make_up
from tests.support.authority import found as found_register
from tests.support.authority import keep_keys
from tests.support.builders import ROUTES
from tests.support.databases import migrated
from tests.support.errors import raises
from tests.support.programmes import PREPAREDNESS, RULES, SERVICE
from tests.support.recording import RecordedWay, recorder_on
from tests.support.values import MONDAY, candidate_from

DAY = date(2018, 6, 1)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NUMBERS = [
    candidate_from(f"{letter}{number}")
    for number in range(22, 100)
    if "0" not in str(number) and "1" not in str(number)
    for letter in "ABCD"
]


def way(engine: Engine, number: int, stage: Stage, **referral: str) -> RecordedWay:
    told = RecordedWay(recorder_on(engine), NUMBERS[number])
    assert told.tells("referred", **referral).accepted
    for kind in ROUTES[stage][1:]:
        told.later(3)
        told.comes(kind)
    return told


def counted(engine: Engine, programme: Programme, day: date) -> Counts:
    return count(engine, programme.id, {partner.id: partner.kind.value for partner in RULES.partners}, day)


def figures(engine: Engine) -> Figures:
    day = MONDAY + timedelta(days=100)
    return own_figures(SERVICE, counted(engine, SERVICE, day), day)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Engine]:
    """A database where it does not matter of which kind."""
    engine = migrated(f"sqlite:///{tmp_path / 'test.db'}", offering=True)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counts]:
    """A programme with groups of every size."""
    engine = migrated(f"sqlite:///{tmp_path_factory.mktemp('made-up') / 'test.db'}")
    make_up(engine, PREPAREDNESS, 300, DAY)
    yield counted(engine, PREPAREDNESS, DAY)
    engine.dispose()


@pytest.fixture(scope="module")
def its_page(made_up: Figures) -> str:
    return page(made_up)


@pytest.fixture(scope="module")
def made_up(everybody: Counts) -> Figures:
    return publish(PREPAREDNESS, everybody, DAY).figures


def test_what_was_recorded_is_counted_by_step_town_partner_and_outcome(engine: Engine) -> None:
    for number in range(2):
        way(engine, number, Stage.PERMANENT_ROLE).later(90).comes("follow_up_recorded")
    for number in range(2, 4):
        way(engine, number, Stage.AWAITING_PLACEMENT, site="2482", referring_partner="samhall").comes("withdrawn")
    for number in range(4, 5):
        told = way(engine, number, Stage.REQUIREMENT_CHECK)
        check = told.event("requirements_checked").model_dump(mode="json")
        unmet = [
            {**one, "result": "unmet" if one["requirement"] == "shift_work" else "met"} for one in check["findings"]
        ]
        assert told.tells("requirements_checked", findings=unmet).accepted
    found = figures(engine)
    assert (found.referred, found.hired) == (5, 2)
    assert [one.reached for one in found.funnel] == [5, 5, 4, 2, 2, 2]
    assert {(one.step, one.reason): one.people for one in found.losses} == {
        ("requirement_check", "not_qualified"): 1,
        ("awaiting_placement", "studies"): 2,
    }
    assert [(one.group, one.referred, one.hired) for one in found.towns] == [("2480", 3, 2), ("2482", 2, 0)]
    assert [(one.group, one.referred, one.hired) for one in found.partner_kinds] == [
        ("agency", 3, 2),
        ("samhall", 2, 0),
    ]
    assert [(one.after_days, one.people, one.outcomes) for one in found.follow_ups] == [(90, 2, {"at_work": 2})]
    assert found.obstacles is not None
    assert [(one.requirement, one.stopped) for one in found.obstacles] == [("shift_work", 1)]
    assert {one.stage: one.median_days for one in found.stays} == {
        **dict.fromkeys(("referral", "requirement_check", "internship"), 3),
        **{"awaiting_placement": 1.5, "evaluation": 6, "until_work": 9, "until_role": 18},
    }


def test_somebody_who_comes_back_after_an_internship_has_come_as_far_as_that(lite: Engine) -> None:
    for number in range(2):
        way(lite, number, Stage.INTERNSHIP).comes("internship_interrupted")
    assert [one.reached for one in figures(lite).funnel] == [2, 2, 2, 2, 0, 0]
    assert [one.on_the_way for one in figures(lite).funnel] == [0, 0, 0, 2, 0, 0]


def one_person(later: int, earlier: int) -> Joins:
    said = CandidatesJoined(at=NOW, later=NUMBERS[later], earlier=NUMBERS[earlier])
    return Joins([said])


def test_whoever_stood_in_a_programme_twice_by_two_numbers_counts_once_as_far_as_they_came(lite: Engine) -> None:
    day = MONDAY + timedelta(days=100)
    way(lite, 0, Stage.REFERRAL)
    way(lite, 1, Stage.INTERNSHIP)
    way(lite, 2, Stage.AWAITING_PLACEMENT)
    assert count(lite, SERVICE.id, {}, day).ways.total() == 3
    found = count(lite, SERVICE.id, {}, day, one_person(0, 1))
    assert found.ways == {("internship", ON_THE_WAY): 1, ("awaiting_placement", ON_THE_WAY): 1}
    assert found.groups.total() == 2
    assert found.stays["referral"].total() == 2


def test_whoever_came_back_by_another_number_after_the_end_counts_each_time(lite: Engine) -> None:
    way(lite, 0, Stage.REFERRAL).comes("withdrawn")
    told = RecordedWay(recorder_on(lite), NUMBERS[1], day=MONDAY + timedelta(days=30))
    assert told.tells("referred").accepted
    found = count(lite, SERVICE.id, {}, MONDAY + timedelta(days=100), one_person(1, 0))
    assert found.ways.total() == 2


def test_a_role_that_was_struck_hires_nobody_and_whoever_left_it_was_hired(lite: Engine) -> None:
    ways = [way(lite, number, Stage.EVALUATION).comes("evaluation_recorded") for number in range(3)]
    roles = [told.event("permanent_role_agreed") for told in ways]
    for told, role in zip(ways, roles, strict=True):
        assert told.records(role).accepted
    assert figures(lite).hired == 3
    for told, role in zip(ways[:1], roles, strict=False):
        assert told.tells("corrected", corrects=role.event_id, reason="Another person", replacement=None).accepted
    ways[-1].comes("withdrawn")
    assert figures(lite).hired == 2


def test_sex_is_read_from_the_identity_number_for_the_count_alone(lite: Engine) -> None:
    for number in range(4):
        way(lite, number, Stage.PERMANENT_ROLE)
    for number in range(4):
        identity, seal = f"{number:010}{number % 2}x", sealer_on(lite).of(NUMBERS[number])
        said = {**dict.fromkeys(COMMITTED), "number": NUMBERS[number], "identity_number": identity}
        row = {"number": NUMBERS[number], "identity_index": identity, "registered_at": NOW}
        with lite.begin() as connection:
            connection.execute(insert(CandidateRow).values({**row, "contents": sealed_identity(seal, said)}))
    balance = figures(lite).balance
    assert balance is not None
    assert [(one.sex, one.hired, one.percent) for one in balance.shares] == [("women", 2, 50), ("men", 2, 50)]


def test_of_fewer_than_five_people_only_the_goal_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = publish(PREPAREDNESS, Counts(ways=Counter({("role", "on_the_way"): 4})), DAY).figures
    assert (found.referred, found.hired, found.goal, found.funnel) == (None, 4, 2000, ())
    programmes.report(found)
    told = "4 people were hired of the goal 2000. Too few people were referred, or not hired, for more to be shown."
    assert told in " ".join(capsys.readouterr().out.split())
    assert "Too few people were referred" in page(found)


def test_internships_and_roles_count_from_the_first_day_at_work(engine: Engine) -> None:
    """Agreed on a Monday, begun ten days later; a role agreed for a month ahead has not begun."""
    told = way(engine, 0, Stage.AWAITING_PLACEMENT).later(4)
    agreed = told.day
    works = agreed + timedelta(days=10)
    said = {"starts_on": works, "ends_on": works + timedelta(days=60)}
    assert told.tells("internship_agreed", **said).accepted
    told.later(70).comes("internship_completed")
    never = way(engine, 1, Stage.AWAITING_PLACEMENT).later(4)
    assert never.tells("internship_agreed", **said).accepted
    never.later(2).comes("internship_interrupted")
    found = {one.stage: one.median_days for one in figures(engine).stays}
    assert (found["internship"], found["until_work"]) == (60, 20)
    assert found["awaiting_placement"] == (14 + 4) / 2


def test_the_goal_and_the_pace_that_it_needs_are_told(made_up: Figures) -> None:
    assert made_up.goal == 2000
    assert made_up.pace is not None
    assert made_up.pace.until == date(2018, 12, 31)
    assert made_up.balance is not None
    assert (made_up.balance.lowest_percent, made_up.balance.highest_percent) == (40, 60)


# One figure set, four formats


def small_numbers(texts: Iterator[str]) -> list[str]:
    return [text for text in texts if re.fullmatch(r"[1-4]( ?%)?", text)]


def test_json_tells_no_small_group(made_up: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    show.as_json(as_plain(made_up))
    told = json.loads(capsys.readouterr().out)
    assert None in [one["people"] for one in told["losses"]]
    assert told["null"].startswith("not shown, since it tells of fewer than 5 people")
    assert small_numbers(str(one["people"]) for one in told["losses"]) == []
    assert small_numbers(str(one[what]) for one in told["towns"] for what in ("referred", "hired")) == []


def test_the_csv_file_tells_no_small_group(made_up: Figures, tmp_path: Path) -> None:
    write_csv(made_up, tmp_path / "report.csv")
    raw = (tmp_path / "report.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert {len(row) for row in rows} == {4}
    values = [row[3] for row in rows if row[0] not in ("report", "stays")]
    assert HIDDEN in values
    explained = {row[0] for row in rows if row[2] == "explanation" and row[3].startswith(HIDDEN)}
    assert explained == {row[0] for row in rows if row[3] == HIDDEN}
    assert small_numbers(iter(values)) == []


def test_the_table_tells_no_small_group(made_up: Figures, capsys: pytest.CaptureFixture[str]) -> None:
    programmes.report(made_up)
    told = capsys.readouterr().out
    assert HIDDEN in told
    assert "–: not shown, since it tells of fewer than 5 people" in " ".join(told.split())
    people = told.partition("Why ways ended, by")[2].partition("Median days")[0]
    assert small_numbers(iter(people.split())) == []


class Page(HTMLParser):
    """What stands in a page: its texts, its elements, and the addresses that it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.elements: list[str] = []
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    def handle_data(self, data: str) -> None:
        self.texts += [data.strip()] if data.strip() else []


def test_the_page_tells_no_small_group_and_asks_for_nothing_from_elsewhere(made_up: Figures, tmp_path: Path) -> None:
    write_page(made_up, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    read = Page(text)
    cells = re.findall(r'<td class="number">(.*?)</td>', text)
    assert not {HIDDEN} & set(cells)
    assert any(re.fullmatch(rf'<abbr title="not shown, since .*">{HIDDEN}</abbr>', cell) for cell in cells)
    assert small_numbers(iter(cells)) == []
    assert "script" not in read.elements
    assert all(address.startswith("#") for address in read.addresses)
    assert len(read.ids) == len(set(read.ids))
    assert not re.search(r"url\((?!#)|@import|https?://(?!www\.w3\.org/)", text)
    assert "default-src 'none'" in text


def test_each_chart_is_told_to_those_who_cannot_see_it(its_page: str) -> None:
    drawn = re.findall(r"<svg.*?</svg>", its_page, flags=re.DOTALL)
    assert len(drawn) >= 4
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        names = [root.get("aria-labelledby", "").split()]
        title, description = root[0], root[1]
        assert (root.get("role"), [title.get("id"), description.get("id")]) == ("img", names[0])
        assert title.text
        assert description.text


def test_the_same_figures_give_the_same_page(made_up: Figures, its_page: str) -> None:
    assert page(made_up) == its_page


def test_a_file_that_cannot_be_written_is_said_in_one_sentence(made_up: Figures, tmp_path: Path) -> None:
    with raises(UsageError, "file.unwritable"):
        write_csv(made_up, tmp_path / "nowhere" / "report.csv")


def test_own_figures_say_in_each_format_that_they_are_not_to_be_handed_on(
    everybody: Counts, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    own = own_figures(PREPAREDNESS, everybody, DAY)
    programmes.report(own)
    write_csv(own, tmp_path / "own.csv")
    said = " ".join(capsys.readouterr().out.split())
    for told in (said, (tmp_path / "own.csv").read_text("utf-8-sig"), page(own), as_plain(own)["for_whom"]):
        assert "Do not hand them on." in told
        assert f">{HIDDEN}<" not in told
    assert None not in [one.people for one in own.losses]


def test_swedish_excel_takes_every_number_for_one(everybody: Counts, tmp_path: Path) -> None:
    """A point would make a text or a day of it, and so would a space between thousands."""
    own = own_figures(PREPAREDNESS, everybody, DAY).model_copy(update={"hired_by_month": ()})
    stay = own.stays[0].model_copy(update={"median_days": 1234.5})
    with using_language("sv"):
        write_csv(own.model_copy(update={"stays": (stay,)}), tmp_path / "own.csv")
    rows = list(csv.reader((tmp_path / "own.csv").read_text("utf-8-sig").splitlines(), delimiter=";"))
    numbers = [row[3] for row in rows[1:] if row[0] != "rapport" and row[2] != "förklaring"]
    assert "1234,5" in numbers
    assert [number for number in numbers if not re.fullmatch(r"\d+(,\d+)?%?", number)] == []


def test_the_command_writes_what_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lite: Engine) -> None:
    make_up(lite, PREPAREDNESS, 40, DAY)
    found_register(lite)
    keep_keys(tmp_path / "keys")
    monkeypatch.setenv("HELAVAGEN_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("HELAVAGEN_ACTOR", "lena.strand")
    monkeypatch.setenv("HELAVAGEN_DATABASE_URL", lite.url.render_as_string(hide_password=False))
    files = [str(tmp_path / name) for name in ("report.csv", "report.html")]
    command = ["report", "preparedness_jobs", "--csv", files[0], "--html", files[1]]
    ended = CliRunner().invoke(admin.app, command)
    assert (ended.exit_code, ended.output) == (0, "")
    assert all(Path(file).stat().st_size > 500 for file in files)
    ended = CliRunner().invoke(admin.app, ["report", "preparedness_jobs", "--json"])
    assert json.loads(ended.output)["referred"] == 40
