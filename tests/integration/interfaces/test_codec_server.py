"""The codec server by HTTP, as Temporal's web page and command speak to it."""

import asyncio
import json
import ssl
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import aiohttp
import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from temporalio.api.common.v1 import Payload

from activities.sealing import sealer_on
from auditing.evidence.evidence import read_rows
from auditing.verification.read_checks import read_findings
from interfaces.codec.server import LARGEST_BODY, CodecServer
from models.access.readings import reading_bytes
from models.access.statements import Assignment, KeyRevoked, StaffEnded
from models.fields import FIRST_DAY
from models.identifiers import CandidateNumber, JourneyId, Role
from models.sign_ins import How
from models.signatures import public_key_of, sign
from models.stages import Stage
from runtime.encryption.payload_codec import WORKFLOW, SealedPayloads, is_sealed
from runtime.keyring import WORKER
from runtime.local.people import OPERATOR
from runtime.observation.health import Health, has_todays_form
from runtime.statement_log import StatementLog
from runtime.tokens import KeySet, Tokens
from services.payloads import Payloads, SignedIn
from services.protection import protect
from services.queries.lists import Lists
from services.reading import write_down
from services.speaking import Known
from tests.support.authority import SINCE, enter, key_of
from tests.support.builders import ROUTES
from tests.support.codec import PAGE
from tests.support.desks import NOW, office_of
from tests.support.recording import RecordedWay, recorded_way, recorder_on, rows_of
from tests.support.token_issuer import ISSUER, TokenIssuer
from tests.support.values import COORDINATOR

NAMESPACE = "default"
TLS = ssl.create_default_context()
SAID = Payload(metadata={"encoding": b"json/plain"}, data=b'{"text":"Ringde, ville sluta."}')
ELSEWHERE = "eva.ort"
LENA, EVA = "lena.strand@employer.example", "eva.ort@employer.example"


@dataclass
class Desk:
    """A codec server on a database with a journey, and somebody's browser before it."""

    engine: Engine
    issuer: TokenIssuer
    way: RecordedWay
    address: str
    browser: aiohttp.ClientSession

    async def sealed(self, *said: Payload, namespace: str = NAMESPACE) -> list[Payload]:
        codec = SealedPayloads(sealer_on(self.engine)).of_workflow(namespace, self.way.id)
        return await codec.encode(said or (SAID,))

    async def asks(
        self, payloads: Any, path: str = "/decode", token: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        """The status and the payloads, or the words, of an answer."""
        body = payloads if isinstance(payloads, bytes) else json.dumps(_said(payloads)).encode()
        given = {"Authorization": f"Bearer {self.issuer.token() if token is None else token}"} if token != "" else {}
        sent = {"Content-Type": "application/json", "X-Namespace": NAMESPACE, **given, **headers}
        url = f"{self.address}{path}?preserveStorageRefs=true"
        async with self.browser.post(url, data=body, headers=sent) as answer:
            if answer.status != 200:
                return answer.status, await answer.text()
            return 200, [ParseDict(one, Payload()) for one in (await answer.json())["payloads"]]

    def reads(self) -> list[dict[str, Any]]:
        return rows_of(self.engine, "reads", "id")

    def found(self) -> set[str]:
        """The ids of what an audit finds in the readings of the first journey."""
        rows = read_rows(self.engine, [self.way.id])[self.way.id]["reads"]
        return {one.what.id for one in read_findings(rows, StatementLog(self.engine).register())}


def _said(payloads: Sequence[Payload]) -> dict[str, Any]:
    return {"payloads": [MessageToDict(payload) for payload in payloads]}


def _health(engine: Engine) -> Health:
    return Health({"database": partial(has_todays_form, engine)})


@asynccontextmanager
async def open_desk(engine: Engine, tmp_path: Path) -> AsyncIterator[Desk]:
    issuer = TokenIssuer(tmp_path / "keys.json")
    way = RecordedWay(recorder_on(engine)).comes(*ROUTES[Stage.INTERNSHIP])
    there = Assignment(role=Role.COORDINATOR, programme="service_division", town="2482", from_day=FIRST_DAY)
    enter(engine, ELSEWHERE, there, email=EVA)
    office = office_of(engine, lists=Lists(engine))
    tokens = Tokens(ISSUER, KeySet(str(issuer.file), TLS))
    server = CodecServer(Payloads(office, NAMESPACE), tokens, _health(engine), [PAGE], "127.0.0.1", 0)
    await server.start()
    try:
        async with aiohttp.ClientSession() as browser:
            yield Desk(engine, issuer, way, f"http://127.0.0.1:{server.port}", browser)
    finally:
        await server.stop()


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what is written is tested on both kinds of database where readings are."""
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
async def desk(engine: Engine, tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(engine, tmp_path) as desk:
        yield desk


# What is opened, for whom, and what stands there of it


async def test_what_is_sealed_opens_for_whoever_may_read_it_and_the_use_is_written_down(desk: Desk) -> None:
    sealed = await desk.sealed(SAID, SAID)
    assert SAID.data not in sealed[0].data
    assert await desk.asks(sealed) == (200, [SAID, SAID])
    [row] = desk.reads()
    assert (row["actor"], row["what"], row["relation"]) == ("coordinator:anna.berg", "payloads", "own")
    assert (row["journey_id"], row["key"]) == (desk.way.id, public_key_of(key_of("codec")))
    assert json.loads(row["sign_in"])["server"] == "codec"
    assert desk.found() == set()


async def test_it_says_how_it_is_to_whoever_asks_and_nothing_else(desk: Desk) -> None:
    for path, says in (("/healthz", {"ok": True}), ("/readyz", {"ok": True, "database": "sound"})):
        async with desk.browser.get(f"{desk.address}{path}") as answer:
            assert (answer.status, await answer.json()) == (200, says)


async def test_the_reason_and_the_sign_in_stand_in_the_row(desk: Desk) -> None:
    await desk.asks(await desk.sealed(), token=desk.issuer.token(email=LENA, because="Ärende\n77", jti="4711"))
    [row] = read_rows(desk.engine, [desk.way.id])[desk.way.id]["reads"]
    assert row["because"] == "Ärende 77 [https://login.employer.example 4711]"
    assert desk.found() == set()


async def test_a_page_that_asks_many_times_is_one_use_and_another_sign_in_another(desk: Desk) -> None:
    sealed = await desk.sealed()
    await asyncio.gather(*(desk.asks(sealed) for _ in range(12)))
    assert len(desk.reads()) == 1
    await desk.asks(sealed, token=desk.issuer.token(jti="2"))
    assert len(desk.reads()) == 2


async def test_a_use_after_its_time_is_another(desk: Desk) -> None:
    office = office_of(desk.engine, lists=Lists(desk.engine))
    anna = SignedIn(Known("anna.berg", How.SESSION, "a sign-in service", "s-1", NOW), "a test")
    for seconds, rows in ((60.0, 1), (0.0, 3)):
        payloads = Payloads(office, NAMESPACE, seconds)
        for _ in range(2):
            assert await payloads.open(await desk.sealed(), anna) == [SAID]
        assert len(desk.reads()) == rows


async def test_whoever_may_not_read_of_the_journey_is_refused_and_opens_nothing(desk: Desk) -> None:
    status, told = await desk.asks(await desk.sealed(), token=desk.issuer.token(email=EVA))
    assert (status, desk.reads()) == (403, [])
    assert "Ask the coordinator in charge" in told


async def test_of_several_journeys_only_those_open_that_somebody_may_read(desk: Desk) -> None:
    way = recorded_way(desk.engine, "A22222223", site="2482")
    [theirs] = await SealedPayloads(sealer_on(desk.engine)).of_workflow(NAMESPACE, way.id).encode([SAID])
    [others] = await desk.sealed()
    assert await desk.asks([others, theirs], token=desk.issuer.token(email=EVA)) == (200, [others, SAID])
    assert [row["journey_id"] for row in desk.reads()] == [way.id]


async def test_a_role_that_was_taken_away_reads_nothing_from_then_on(desk: Desk) -> None:
    sealed = await desk.sealed()
    assert (await desk.asks(sealed))[0] == 200
    was = StatementLog(desk.engine).register().person("anna.berg", NOW)
    assert was is not None
    other = Assignment(role=Role.COORDINATOR, programme="easy_jobs", from_day=FIRST_DAY)
    StatementLog(desk.engine).add(was.model_copy(update={"assignments": (other,)}), key_of(OPERATOR))
    assert (await desk.asks(sealed))[0] == 403


async def test_a_protected_person_opens_to_the_named_staff_alone_and_who_else_tried_stands_there_once(
    desk: Desk,
) -> None:
    office = office_of(desk.engine, lists=Lists(desk.engine))
    protect(office, desk.way.candidate, COORDINATOR, ["anna.berg"], "Marked by the tax agency")
    sealed, before = await desk.sealed(), len(desk.reads())
    assert [(await desk.asks(sealed, token=desk.issuer.token(email=LENA)))[0] for _ in range(3)] == [403] * 3
    assert await desk.asks(sealed) == (200, [SAID])
    assert [(row["actor"], row["refused"]) for row in desk.reads()[before:]] == [
        ("manager:lena.strand", True),
        ("coordinator:anna.berg", False),
    ]
    assert desk.found() == set()


async def test_a_journey_whose_referral_was_refused_opens_for_who_may_read_it(desk: Desk) -> None:
    way = RecordedWay(recorder_on(desk.engine), CandidateNumber("C4ZEYN7RB"))
    assert not way.tells("referral_accepted").accepted
    [sealed] = await SealedPayloads(sealer_on(desk.engine)).of_workflow(NAMESPACE, way.id).encode([SAID])
    assert await desk.asks([sealed], token=desk.issuer.token(email=LENA)) == (200, [SAID])
    assert desk.reads()[-1]["journey_id"] == way.id


async def test_what_holds_nothing_of_a_person_is_passed_on_without_a_row(desk: Desk) -> None:
    assert await desk.asks([SAID]) == (200, [SAID])
    assert await desk.asks([]) == (200, [])
    assert desk.reads() == []


async def test_what_stands_in_another_journeys_place_does_not_open(desk: Desk) -> None:
    [sealed] = await desk.sealed()
    other = JourneyId.of(desk.way.candidate, "easy_jobs")
    elsewhere = await SealedPayloads(sealer_on(desk.engine)).of_workflow(NAMESPACE, other).encode([SAID])
    elsewhere[0].metadata[WORKFLOW] = desk.way.id.encode()
    of_other_namespace = await desk.sealed(namespace="another")
    flipped = Payload(metadata=dict(sealed.metadata), data=sealed.data[:-1] + bytes([sealed.data[-1] ^ 1]))
    for wrong in (elsewhere[0], of_other_namespace[0], flipped):
        assert await desk.asks([wrong, sealed]) == (200, [wrong, SAID])
    assert is_sealed(elsewhere[0])


async def test_a_journey_that_nobody_knows_opens_for_nobody(desk: Desk) -> None:
    for journey in ("journey/C4ZEYN7RB/service_division", "nobody's", "\udcff"):
        lost = Payload(metadata={"encoding": b"binary/sealed", WORKFLOW: journey.encode(errors="ignore")}, data=b"x")
        status, _ = await desk.asks([lost])
        assert status == (403 if journey.startswith("journey/") else 200)
    assert desk.reads() == []


async def test_the_use_is_written_down_also_where_nobody_waits_any_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, go_on, written = Event(), Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def slowly(*given: Any) -> None:
        entered.set()
        assert go_on.wait(20)
        write_down(*given)
        loop.call_soon_threadsafe(written.set)

    monkeypatch.setattr("services.payloads.write_down", slowly)
    asking = asyncio.ensure_future(desk.asks(await desk.sealed()))
    await asyncio.to_thread(entered.wait, 20)
    asking.cancel()
    await asyncio.wait([asking])
    go_on.set()
    await asyncio.wait_for(written.wait(), 20)
    assert len(desk.reads()) == 1


async def test_nothing_is_opened_where_the_use_cannot_be_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.payloads.write_down", _refuses)
    status, told = await desk.asks(await desk.sealed())
    assert (status, told) == (503, "The database cannot be reached. Start it or correct HELAVAGEN_DATABASE_URL.")


def _refuses(*_given: Any) -> None:
    raise OperationalError("insert", {}, Exception("away"))


async def test_a_row_that_a_server_signs_for_another_reading_is_named(desk: Desk) -> None:
    await desk.asks(await desk.sealed())
    [row] = desk.reads()
    rows = read_rows(desk.engine, [desk.way.id])[desk.way.id]["reads"]
    register = StatementLog(desk.engine).register()
    for what, name in (("journey", WORKER), ("payloads", WORKER), ("payloads", "anna.berg"), ("payloads", "gateway")):
        said = {**rows[0], "what": what}
        signed = sign(key_of(name), reading_bytes(said))
        forged = {**said, "key": signed.key, "signature": signed.value}
        found = {one.what.id for one in read_findings([forged], register)}
        assert found == {"finding.reading_by_another"}
    assert row["what"] == "payloads"


# Who has signed in


CLAIMS: list[tuple[dict[str, Any], int]] = [
    ({}, 200),
    ({"email": "ANNA.BERG@employer.example"}, 200),
    ({"email": "nobody@employer.example"}, 403),
    ({"email": ""}, 403),
    ({"email": None}, 403),
    ({"email": ["anna.berg@employer.example"]}, 403),
    ({"email": "anna.berg"}, 403),
    ({"email_verified": False}, 403),
    ({"email_verified": "false"}, 403),
    ({"exp": datetime.now(UTC) - timedelta(hours=1)}, 401),
    ({"aud": "another"}, 401),
    ({"iss": "https://login.other.example"}, 401),
]


async def test_the_token_says_who_it_is(desk: Desk) -> None:
    sealed = await desk.sealed()
    answered = [(claims, (await desk.asks(sealed, token=desk.issuer.token(**claims)))[0]) for claims, _ in CLAIMS]
    assert answered == CLAIMS
    assert len(desk.reads()) == 1


async def test_without_a_token_nothing_is_opened_or_sealed(desk: Desk) -> None:
    sealed = await desk.sealed()
    headers: list[dict[str, str]] = [
        {},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"Cookie": f"hela_vagen_codec={desk.issuer.token()}"},  # which only a page's browser sends, with its origin
    ]
    for path in ("/decode", "/encode"):
        assert [(await desk.asks(sealed, path, token="", **header))[0] for header in headers] == [401] * 4
    assert desk.reads() == []


async def test_whose_key_was_revoked_reads_nothing_from_then_on(desk: Desk) -> None:
    sealed = await desk.sealed()
    assert (await desk.asks(sealed))[0] == 200
    revoked = KeyRevoked(at=SINCE, key=public_key_of(key_of("anna.berg")), because="lost")
    StatementLog(desk.engine).add(revoked, key_of(OPERATOR))
    assert (await desk.asks(sealed))[0] == 403


async def test_who_has_left_reads_nothing(desk: Desk) -> None:
    ended = StaffEnded(at=SINCE, person="anna.berg", on=(NOW - timedelta(days=1)).date(), because="has left")
    StatementLog(desk.engine).add(ended, key_of(OPERATOR))
    assert (await desk.asks(await desk.sealed()))[0] == 403


async def test_an_address_that_two_have_names_neither(desk: Desk) -> None:
    there = Assignment(role=Role.COORDINATOR, from_day=FIRST_DAY)
    enter(desk.engine, "anna.bergh", there, email="anna.berg@employer.example")
    assert (await desk.asks(await desk.sealed()))[0] == 403


# The page that may ask


async def test_the_page_of_temporal_may_ask_and_read_the_answer(desk: Desk) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-namespace"}
    async with desk.browser.options(f"{desk.address}/decode", headers={"Origin": PAGE, **asked}) as preflight:
        assert (preflight.status, preflight.headers["Access-Control-Allow-Origin"]) == (200, PAGE)
        assert preflight.headers["Access-Control-Allow-Credentials"] == "true"
        assert preflight.headers["Vary"] == "Origin"
        allowed = preflight.headers["Access-Control-Allow-Headers"]
    assert all(name in allowed for name in ("authorization", "authorization-extras", "content-type", "x-namespace"))
    assert await desk.asks(await desk.sealed(), Origin=PAGE) == (200, [SAID])
    async with desk.browser.post(f"{desk.address}/decode", headers={"Origin": PAGE}) as refused:
        assert (refused.status, refused.headers["Access-Control-Allow-Origin"]) == (401, PAGE)


async def test_another_page_may_not_ask_even_with_a_token(desk: Desk) -> None:
    sealed = await desk.sealed()
    for origin in ("http://evil.example", f"{PAGE}.evil.example", "null", desk.address):
        async with desk.browser.options(f"{desk.address}/decode", headers={"Origin": origin}) as preflight:
            assert preflight.status == 403
            assert "Access-Control-Allow-Origin" not in preflight.headers
        assert (await desk.asks(sealed, Origin=origin))[0] == 403
    assert desk.reads() == []


async def test_whoever_signs_in_on_our_page_reads_by_temporals_page_and_no_other(desk: Desk) -> None:
    sealed, token = await desk.sealed(), desk.issuer.token()
    own = {"Origin": desk.address}
    async with desk.browser.get(f"{desk.address}/") as page:
        assert "<form" in await page.text()
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    async with desk.browser.post(f"{desk.address}/", data={"token": f" {token}\n"}, headers=own) as answer:
        assert "anna.berg" in await answer.text()
        kept = answer.cookies["hela_vagen_codec"]
    assert (kept.value, kept["httponly"], kept["samesite"]) == (token, True, "Strict")
    cookie = {"Cookie": f"hela_vagen_codec={token}"}
    assert await desk.asks(sealed, token="", Origin=PAGE, **cookie) == (200, [SAID])
    assert (await desk.asks(sealed, token="", Origin="http://evil.example", **cookie))[0] == 403
    desk.browser.cookie_jar.clear()
    async with desk.browser.post(f"{desk.address}/", data={"token": "x"}, headers=own) as answer:
        assert (answer.status, answer.cookies) == (401, {})
    async with desk.browser.post(f"{desk.address}/", data={"token": token}, headers={"Origin": PAGE}) as answer:
        assert (answer.status, answer.cookies) == (403, {})


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"token=x"),
        ("application/x-www-form-urlencoded; charset=none", b"token=\xff"),
        ("application/x-www-form-urlencoded", b"&".join([b"token=x"] * 20)),
        ("", b"token=x"),
    ],
)
async def test_a_form_that_is_none_of_ours_is_refused_and_written_down(
    desk: Desk, caplog: pytest.LogCaptureFixture, kind: str, body: bytes
) -> None:
    async with desk.browser.post(f"{desk.address}/", data=body, headers={"Content-Type": kind}) as answer:
        assert answer.status == 400
    [refused] = [one for one in caplog.records if one.getMessage() == "refused"]
    assert (vars(refused)["status"], vars(refused)["message_id"]) == (400, "codec.no_form")


# What is sent


async def test_what_is_sealed_for_a_workflow_opens_there(desk: Desk) -> None:
    status, sealed = await desk.asks([SAID], "/encode", **{"X-Workflow-Id": desk.way.id})
    assert status == 200
    assert [is_sealed(one) for one in sealed] == [True]
    assert desk.reads() == []
    assert await desk.asks(sealed) == (200, [SAID])
    assert await desk.asks([SAID], "/encode", **{"X-Workflow-Id": "reconcile"}) == (200, [SAID])


async def test_nothing_is_sealed_for_nobody(desk: Desk) -> None:
    status, told = await desk.asks([SAID], "/encode")
    assert (status, told) == (400, "Name the workflow that this is for in the header X-Workflow-Id.")
    assert await desk.asks([], "/encode") == (200, [])


async def test_payloads_of_another_namespace_are_refused(desk: Desk) -> None:
    for path in ("/decode", "/encode"):
        assert (await desk.asks(await desk.sealed(), path, **{"X-Namespace": "another"}))[0] == 403


async def test_two_megabytes_open_and_more_than_the_protocol_needs_is_refused(desk: Desk) -> None:
    large = Payload(metadata={"encoding": b"binary/plain"}, data=bytes(2_000_000))
    sealed = await desk.sealed(large)
    assert await desk.asks(sealed) == (200, [large])
    assert (await desk.asks(b"x" * (LARGEST_BODY + 1)))[0] == 413
    assert await desk.asks(await desk.sealed()) == (200, [SAID])


RUBBISH = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[1]",
    "another type": b'{"payloads": 1}',
    "no base64": b'{"payloads": [{"metadata": {"encoding": 1}}]}',
    "no UTF-8": b'{"payloads": [{"data": "\xff"}]}',
    "deep": b"[" * 100_000,
    "deeper": b'{"payloads":' * 50_000,
}


async def test_rubbish_is_told_as_such(desk: Desk) -> None:
    for path in ("/decode", "/encode"):
        told = {name: await desk.asks(body, path) for name, body in RUBBISH.items()}
        assert told == dict.fromkeys(RUBBISH, (400, "The body is not a list of payloads in JSON."))


async def test_what_a_newer_page_adds_is_passed_over(desk: Desk) -> None:
    [sealed] = await desk.sealed()
    body = _said([sealed])
    body["payloads"][0]["externalPayloads"] = [{"sizeBytes": "1"}]
    assert await desk.asks(json.dumps(body | {"later": b64encode(b"x").decode()}).encode()) == (200, [SAID])
