"""Signing in by a real sign-in service, and what of its answers counts."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import jwt
import pytest

from interfaces.desk.signing_in import BACK, BACKCHANNEL, BEGIN
from runtime.local import tokens
from runtime.local.dev_server import HOST
from runtime.local.sign_in import LocalSignIn, running_sign_in
from runtime.local.stack import free_port
from runtime.open_id import LOGOUT_EVENT
from services.application import Application
from tests.support.desk import TestDesk, Visitor, desk_settings, open_desk, text_of

PEOPLE = {"anna.berg": ("Anna Berg", "coordinator"), "stranger": ("Somebody Else", "nothing")}


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TestDesk]:
    """A desk with a sign-in service that answers."""
    folder, port = tmp_path_factory.mktemp("signing_in"), free_port()
    settings = desk_settings(folder)
    tokens.make_token_key(folder)
    async with (
        running_sign_in(folder, HOST, port, lambda: PEOPLE) as issuer,
        open_desk(settings, desk_issuer=issuer) as desk,
    ):
        yield desk


async def chosen(desk: TestDesk, visitor: Visitor, person: str = "anna.berg", till: str = "/") -> str:
    """Where the sign-in service sends somebody back to."""
    there = await visitor.get(BEGIN, till=till)
    assert there.status_code == 303
    place = urlsplit(there.headers["location"])
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"{desk.office.settings.desk_issuer}/authorize/{person}?{place.query}")
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


async def test_whoever_signs_in_comes_to_the_page_that_they_wanted(desk: TestDesk) -> None:
    visitor = desk.visitor()
    answer = await visitor.get(await chosen(desk, visitor, till="/?sida=2"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/?sida=2")
    assert "Anna Berg" in text_of(await visitor.get("/"))
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(desk.app.state.cookie))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_a_new_sign_in_ends_the_session_before_it(desk: TestDesk) -> None:
    visitor = desk.visitor("anna.berg")
    before = visitor.client.cookies[desk.app.state.cookie]
    await visitor.get(await chosen(desk, visitor))
    assert visitor.client.cookies[desk.app.state.cookie] != before
    again = await desk.visitor().client.get("/", headers={"Cookie": f"{desk.app.state.cookie}={before}"})
    assert again.status_code == 303


async def test_somebody_who_is_not_in_the_register_of_staff_is_told_so(desk: TestDesk) -> None:
    visitor = desk.visitor()
    answer = await visitor.get(await chosen(desk, visitor, "stranger"))
    assert answer.status_code == 403
    assert "You are not in the register of staff" in text_of(answer)


async def test_an_answer_counts_once_and_only_in_the_browser_that_asked(desk: TestDesk) -> None:
    visitor = desk.visitor()
    back = await chosen(desk, visitor)
    assert (await desk.visitor().get(back)).status_code == 401
    assert (await visitor.get(back)).status_code == 303
    assert (await visitor.get(back)).status_code == 401


async def test_an_answer_to_another_question_does_not_count(desk: TestDesk) -> None:
    visitor = desk.visitor()
    code = dict(parse_qsl(urlsplit(await chosen(desk, visitor)).query))["code"]
    for query in ({"code": code, "state": "forged"}, {"code": code}, {"error": "access_denied"}, {}):
        answer = await visitor.get(BACK, **query)
        assert answer.status_code == 401
        assert "The sign-in was not completed." in text_of(answer)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"nonce": "forged"}, 401),
        ({"aud": "another"}, 401),
        ({"iss": "https://evil.example"}, 401),
        ({"exp": 1}, 401),
        ({"acr": "loa2"}, 403),
        ({"acr": None}, 403),
        ({"sub": 7}, 401),
        ({}, 303),
    ],
    ids=str,
)
async def test_what_the_service_says_must_be_meant_for_us_and_sure_enough(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], status: int
) -> None:
    whole = LocalSignIn._id_token

    def forged(self: LocalSignIn, granted: Any) -> str:
        claims = jwt.decode(whole(self, granted), options={"verify_signature": False})
        key = (self._data / tokens.KEY).read_bytes()
        return jwt.encode({**claims, **said}, key, algorithm="EdDSA", headers={"kid": tokens.NAME})

    monkeypatch.setattr(LocalSignIn, "_id_token", forged)
    visitor = desk.visitor()
    answer = await visitor.get(await chosen(desk, visitor))
    assert answer.status_code == status
    assert (desk.app.state.cookie in visitor.client.cookies) == (status == 303)


async def test_a_token_that_another_key_has_signed_does_not_count(
    desk: TestDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = LocalSignIn._id_token

    def unsigned(self: LocalSignIn, granted: Any) -> str:
        claims = jwt.decode(whole(self, granted), options={"verify_signature": False})
        return jwt.encode(claims, "a secret that is shared with nobody at all", headers={"kid": tokens.NAME})

    monkeypatch.setattr(LocalSignIn, "_id_token", unsigned)
    visitor = desk.visitor()
    assert (await visitor.get(await chosen(desk, visitor))).status_code == 401


def logout_token(desk: TestDesk, **said: Any) -> str:
    """What the service sends when one of its sessions is over."""
    data, issuer = desk.office.settings.data, desk.office.settings.desk_issuer
    claims = {"iss": issuer, "aud": "hela-vagen-desk", "exp": 4_000_000_000, "events": {LOGOUT_EVENT: {}}, **said}
    return jwt.encode(claims, (data / tokens.KEY).read_bytes(), algorithm="EdDSA", headers={"kid": tokens.NAME})


async def test_the_service_ends_sessions_of_its_own(desk: TestDesk) -> None:
    visitor, other = desk.visitor(), desk.visitor()
    for one in (visitor, other):
        await one.get(await chosen(desk, one))
    row = desk.office.sessions.find(visitor.client.cookies[desk.app.state.cookie], Application().now())
    assert row is not None
    for token in ("", logout_token(desk, sid=row.sign_in.provider_session, nonce="n"), logout_token(desk, events={})):
        refused = await desk.visitor().client.post(BACKCHANNEL, data={"logout_token": token})
        assert refused.status_code == 401
    said = logout_token(desk, sid=row.sign_in.provider_session)
    assert (await desk.visitor().client.post(BACKCHANNEL, data={"logout_token": said})).status_code == 200
    assert [(await one.get("/")).status_code for one in (visitor, other)] == [303, 200]


async def test_a_service_that_is_away_is_told_in_words(tmp_path: Path) -> None:
    async with open_desk(desk_settings(tmp_path)) as desk:
        answer = await desk.visitor().get(BEGIN)
        assert answer.status_code == 503
        assert "The sign-in service does not answer." in text_of(answer)
        assert json.loads((await desk.visitor().get("/readyz")).text) == {"ok": True}
