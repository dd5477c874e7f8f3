"""What Temporal keeps of a journey, in its own web page: sealed, until somebody signs in who may read it.

The requests are those of the page itself (`/api/v1/…` for the history, then the codec server that its settings name).
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aiohttp

from tests.support.processes import BY, FREE_PORTS, LOCAL, environment, run, running, said_clearly

REFERRAL = ("refer", "--programme", "service_division", "--identity-number", "19900101-9802", "--name", "Test Person")


def sealed_in(said: Any) -> Iterator[dict[str, Any]]:
    """The sealed payloads of a history in JSON."""
    match said:
        case {"metadata": {"workflow": _}}:
            yield said
        case dict():
            for one in said.values():
                yield from sealed_in(one)
        case list():
            for one in said:
                yield from sealed_in(one)


class Page:
    """Temporal's web page in somebody's browser."""

    def __init__(self, address: str, browser: aiohttp.ClientSession) -> None:
        self.address = address
        self.browser = browser

    async def get(self, path: str) -> Any:
        async with self.browser.get(f"{self.address}/api/v1/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def payloads(self, journey: str) -> list[dict[str, Any]]:
        history = await self.get(f"namespaces/default/workflows/{quote(journey, safe='')}/history")
        return list(sealed_in(history))

    async def decoded(self, endpoint: str, payloads: list[dict[str, Any]], **headers: str) -> tuple[int, str]:
        sent = {"Content-Type": "application/json", "X-Namespace": "default", "Origin": self.address, **headers}
        body = json.dumps({"payloads": payloads})
        async with self.browser.post(f"{endpoint}/decode?preserveStorageRefs=true", data=body, headers=sent) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == self.address
            return answer.status, await answer.text()


async def test_temporals_page_shows_a_journey_to_whoever_has_signed_in(tmp_path: Path) -> None:
    env = environment(HELAVAGEN_DATA=tmp_path, HELAVAGEN_ACTOR="anna.berg", NO_COLOR=1)
    jar = aiohttp.CookieJar(unsafe=True)  # which keeps those of an address, as browsers do
    async with (
        running(*LOCAL, *FREE_PORTS, env=env, errors=tmp_path / "errors") as stack,
        aiohttp.ClientSession(cookie_jar=jar) as browser,
    ):
        referred = await run("admin.py", *REFERRAL, *BY, env=env)
        assert referred.status == 0, referred
        journey = f"journey/{referred.output.splitlines()[0].rpartition(' ')[2]}/service_division"
        address = re.findall(r"web UI (\S+),", stack.ready)[0]
        page = Page(address, browser)
        endpoint = (await page.get("settings"))["Codec"]["Endpoint"]
        payloads = await page.payloads(journey)
        assert len(payloads) > 3
        assert await page.decoded(endpoint, payloads) == (401, "Sign in first.")

        token = await token_of("kim.dahl", env)
        async with browser.post(endpoint, data={"token": token}, headers={"Origin": endpoint}) as answer:
            assert "kim.dahl" in await answer.text()
        status, opened = await page.decoded(endpoint, payloads)
        assert status == 200
        assert not list(sealed_in(json.loads(opened)))

        async with running(
            "-m", "interfaces.codec", env={**env, "HELAVAGEN_CODEC_PORT": "0"}, errors=tmp_path / "more"
        ) as alone:
            other = f"http://{alone.ready.split()[-1]}"
            browser.cookie_jar.clear()
            bearer = f"Bearer {await token_of('lena.strand', env)}"
            assert await page.decoded(other, payloads, Authorization=bearer) == (200, opened)
            assert (await alone.stop()).status == 0

        reads = await run("admin.py", "reads", "--json", env=env)
        rows = [(one["actor"], one["what"], one["because"].split(" [")[0]) for one in json.loads(reads.output)]
        assert sorted(rows) == [
            ("manager:lena.strand", "payloads", "Felsökning"),
            ("operator:kim.dahl", "payloads", "Felsökning"),
        ]
        assert "agrees: 1" in (await run("audit.py", "verify", env=env)).output


async def token_of(person: str, env: dict[str, str]) -> str:
    given = await run("admin.py", "codec-token", "--because", "Felsökning", "--actor", person, env=env)
    assert given.status == 0, given
    return given.output.strip()


async def test_a_server_that_is_not_told_whose_tokens_count_does_not_start(tmp_path: Path) -> None:
    env = environment(HELAVAGEN_DATA=tmp_path, HELAVAGEN_DATABASE_URL=f"sqlite:///{tmp_path / 'none.db'}")
    assert "HELAVAGEN_CODEC_ISSUER" in said_clearly(await run("-m", "interfaces.codec", env=env), 2)
