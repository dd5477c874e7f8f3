"""Who is let in at the desk, for how long, and what a browser is told not to do."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from interfaces.desk.asked import FORM_TOKEN
from interfaces.desk.guards import HEADERS, LARGEST_BODY
from interfaces.desk.signing_in import page_of_ours
from models.access.statements import StaffEnded
from models.tables.desk import DeskSessionRow
from runtime.local.people import OPERATOR
from runtime.statement_log import StatementLog
from services.desk_sessions import id_of
from tests.support.authority import key_of
from tests.support.desk import ADDRESS, TestDesk, desk_settings, open_desk, text_of

ANNA = "anna.berg"


async def test_a_stranger_is_sent_to_sign_in_and_comes_back_to_the_page(desk: TestDesk) -> None:
    answer = await desk.visitor().get("/?sida=2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/logga-in?till=%2F%3Fsida%3D2")
    page = await desk.visitor().get(answer.headers["location"])
    assert 'href="/logga-in/vidare?till=%2F%3Fsida%3D2"' in page.text


async def test_somebody_who_is_signed_in_sees_the_day_under_their_name(desk: TestDesk) -> None:
    answer = await desk.visitor(ANNA).get("/")
    assert answer.status_code == 200
    assert "Anna Berg" in text_of(answer)


@pytest.mark.parametrize("cookie", ["", "forged", "a" * 43, "å"])
async def test_a_forged_cookie_opens_nothing(desk: TestDesk, cookie: str) -> None:
    visitor = desk.visitor()
    answer = await visitor.client.get("/", headers={b"Cookie": f"{desk.app.state.cookie}={cookie}".encode()})
    assert answer.headers["location"] == "/logga-in"


async def test_the_secret_of_a_session_is_kept_nowhere_but_in_the_browser(desk: TestDesk) -> None:
    visitor = desk.visitor(ANNA)
    secret = visitor.client.cookies[desk.app.state.cookie]
    with desk.office.reading.connect() as connection:
        rows = [str(row) for row in connection.exec_driver_sql("select * from desk_sessions")]
    assert any(id_of(secret) in row for row in rows)
    assert not any(secret in row for row in rows)
    assert secret not in (await visitor.get("/")).text


@pytest.mark.parametrize(
    ("ago", "since", "is_in"),
    [(29, 29, True), (31, 31, False), (1, 9 * 60 + 58, True), (1, 10 * 60 + 1, False)],
    ids=["idle for less than half an hour", "idle for longer", "at work all day", "for too long"],
)
async def test_a_session_ends_when_nobody_uses_it_and_at_the_end_of_a_long_day(
    desk: TestDesk, ago: int, since: int, is_in: bool
) -> None:
    visitor, now = desk.visitor(ANNA), datetime.now(UTC)
    minutes = {"seen_at": now - timedelta(minutes=ago), "signed_in_at": now - timedelta(minutes=since)}
    row = DeskSessionRow.id == id_of(visitor.client.cookies[desk.app.state.cookie])
    with desk.office.writing.begin() as connection:
        ends = minutes["signed_in_at"] + timedelta(hours=10)
        connection.execute(update(DeskSessionRow).where(row).values(**minutes, ends_at=ends))
    assert (await visitor.get("/")).status_code == (200 if is_in else 303)


async def test_using_the_desk_keeps_a_session_alive(desk: TestDesk) -> None:
    visitor, now = desk.visitor(ANNA), datetime.now(UTC)
    row = DeskSessionRow.id == id_of(visitor.client.cookies[desk.app.state.cookie])
    with desk.office.writing.begin() as connection:
        connection.execute(update(DeskSessionRow).where(row).values(seen_at=now - timedelta(minutes=20)))
    await visitor.get("/")
    assert desk.office.sessions.find(visitor.client.cookies[desk.app.state.cookie], now + timedelta(minutes=29))


async def test_whoever_has_left_is_out_at_the_next_click(tmp_path: Path) -> None:
    async with open_desk(desk_settings(tmp_path)) as desk:
        visitor = desk.visitor(ANNA)
        assert (await visitor.get("/")).status_code == 200
        now = datetime.now(UTC)
        yesterday = (now - timedelta(days=1)).date()
        StatementLog(desk.office.writing).add(
            StaffEnded(at=now, person=ANNA, on=yesterday, because="Moved"), key_of(OPERATOR)
        )
        assert (await visitor.get("/")).headers["location"] == "/logga-in"
        assert (await visitor.send("/logga-ut")).headers["location"] == "/logga-in"


async def test_signing_out_ends_the_session_also_for_whoever_has_copied_the_cookie(desk: TestDesk) -> None:
    visitor = desk.visitor(ANNA)
    secret = visitor.client.cookies[desk.app.state.cookie]
    out = await visitor.send("/logga-ut")
    assert (out.status_code, out.headers["location"]) == (303, "/logga-in?ut")
    assert desk.app.state.cookie not in visitor.client.cookies
    copied = await desk.visitor().client.get("/", headers={"Cookie": f"{desk.app.state.cookie}={secret}"})
    assert copied.headers["location"] == "/logga-in"
    assert "signed out" in text_of(await visitor.get("/logga-in?ut"))


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {},
    {"Sec-Fetch-Site": "cross-site", "Origin": ADDRESS},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
async def test_what_another_page_sends_is_refused_also_with_the_right_token(
    desk: TestDesk, headers: dict[str, str]
) -> None:
    visitor = desk.visitor(ANNA)
    answer = await visitor.client.post("/logga-ut", data={FORM_TOKEN: visitor.token or ""}, headers=headers)
    assert answer.status_code == 403
    assert "sent from another page" in text_of(answer)
    assert (await visitor.get("/")).status_code == 200


@pytest.mark.parametrize("token", [None, "", "0" * 64, "å"])
async def test_a_form_without_the_token_of_its_session_is_refused(desk: TestDesk, token: str | None) -> None:
    visitor = desk.visitor(ANNA)
    form = {} if token is None else {FORM_TOKEN: token}
    answer = await visitor.client.post("/logga-ut", data=form, headers={"Origin": ADDRESS})
    assert answer.status_code == 403
    assert (await visitor.get("/")).status_code == 200


async def test_the_token_of_another_session_is_refused(desk: TestDesk) -> None:
    visitor, other = desk.visitor(ANNA), desk.visitor("bo.lind")
    answer = await visitor.client.post("/logga-ut", data={FORM_TOKEN: other.token}, headers={"Origin": ADDRESS})
    assert answer.status_code == 403


async def test_another_name_of_the_machine_is_refused_so_that_no_foreign_name_leads_here(desk: TestDesk) -> None:
    answer = await desk.visitor(ANNA).client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 421


async def test_what_is_too_large_is_refused_before_it_is_read(desk: TestDesk) -> None:
    visitor = desk.visitor(ANNA)
    announced = {"Origin": ADDRESS, "Content-Length": str(LARGEST_BODY + 1)}
    assert (await visitor.client.post("/logga-ut", content=b"", headers=announced)).status_code == 413

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 1_000_000 + 2):
            yield b"x" * 1_000_000

    form = {"Origin": ADDRESS, "Content-Type": "application/x-www-form-urlencoded"}
    answer = await visitor.client.post("/logga-ut", content=endless(), headers=form)
    assert answer.status_code == 422
    assert "too large" in text_of(answer)


@pytest.mark.parametrize("path", ["/", "/logga-in", "/tillganglighet", "/finns-inte", "/healthz"])
async def test_every_answer_tells_the_browser_what_it_may_not_do(desk: TestDesk, path: str) -> None:
    answer = await desk.visitor(ANNA).get(path)
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "strict-transport-security" not in answer.headers


async def test_behind_tls_cookies_and_pages_never_go_in_the_clear(tmp_path: Path) -> None:
    async with open_desk(desk_settings(tmp_path), address="https://desk.test") as desk:
        answer = await desk.visitor().get("/logga-in")
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert desk.app.state.cookie.startswith("__Host-")


async def test_an_unknown_page_says_so_in_words(desk: TestDesk) -> None:
    answer = await desk.visitor(ANNA).get("/finns-inte")
    assert answer.status_code == 404
    assert "The page does not exist" in text_of(answer)
    assert "Anna Berg" in text_of(answer)
    assert (await desk.visitor().get("/finns-inte")).headers["location"] == "/logga-in?till=%2Ffinns-inte"


async def test_a_browser_is_spoken_to_in_the_language_that_it_has_chosen(desk: TestDesk) -> None:
    visitor = desk.visitor(ANNA)
    visitor.client.cookies.clear()
    first = await visitor.get("/logga-in")
    assert (first.headers["content-language"], '<html lang="sv">' in first.text) == ("sv", True)
    chosen = await visitor.client.post("/sprak", data={"language": "en", "till": "/x"}, headers={"Origin": ADDRESS})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/x")
    second = await visitor.get("/logga-in")
    assert (second.headers["content-language"], '<html lang="en">' in second.text) == ("en", True)
    await visitor.client.post("/sprak", data={"language": "xx", "till": "/"}, headers={"Origin": ADDRESS})
    assert (await visitor.get("/logga-in")).headers["content-language"] == "en"


@pytest.mark.parametrize("path", [None, "", "https://evil.example", "//evil.example", "/\\evil.example", "/a\r\nb: c"])
def test_nobody_is_sent_from_here_to_another_place(path: str | None) -> None:
    assert page_of_ours(path) == "/"


async def test_a_database_that_is_away_is_a_page_in_words(tmp_path: Path) -> None:
    async with open_desk(desk_settings(tmp_path)) as desk:
        visitor = desk.visitor(ANNA)
        desk.office.close()
        (tmp_path / "test.db").unlink()
        (tmp_path / "test.db").mkdir()
        answer = await visitor.get("/")
        assert answer.status_code == 503
        assert "Something that the desk needs does not answer." in text_of(answer)
        assert "HELAVAGEN" not in answer.text
