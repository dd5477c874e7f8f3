"""Keys of one's own at the desk: registered, confirmed, removed, and what they have signed of another form."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import httpx2
import pytest
from fido2.utils import websafe_decode

from models.access.statements import PersonInvited, hash_of_code
from models.identifiers import JourneyId
from runtime.statement_log import StatementLog
from tests.support.authority import key_of
from tests.support.desk_forms import TODAY, form_path, opened, sent
from tests.support.desk_pages import Browsing, Form
from tests.support.office import TestOffice
from tests.support.passkeys import FLAG, SecurityKey

KEYS = "/installningar/nycklar"


class Asks(HTMLParser):
    """What a page's button asks the browser for."""

    def __init__(self, page: httpx2.Response) -> None:
        super().__init__()
        self.options: dict[str, Any] = {}
        self.feed(page.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a button."""
        if tag == "button" and (asked := dict(attrs).get("data-key")):
            self.options = json.loads(asked)["options"]

    @property
    def challenge(self) -> bytes:
        return websafe_decode(self.options["challenge"])


@pytest.fixture
async def bos_key(office: TestOffice, bo: Browsing) -> AsyncIterator[SecurityKey]:
    """A key that Bo has registered by an invitation of his own, and that is removed again."""
    now, key = datetime.now(UTC), SecurityKey(f"bo {datetime.now(UTC)}")
    invited = PersonInvited(
        at=now, person="bo.lind", code_hash=hash_of_code(key.credential), expires_at=now + timedelta(1)
    )
    StatementLog(office.engine).add(invited, key_of("bo.lind"))
    page = await bo.get("/installningar")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    made = key.created(Asks(page).challenge)
    assert (await registers(bo, label="Blå", code="en helt annan kod", made=made)).status_code == 403
    for wrong in (key.created(b"another"), SecurityKey("x", origin="http://x").created(Asks(page).challenge), "{}", ""):
        assert (await registers(bo, label="Blå", code=key.credential, made=wrong)).status_code == 422
    without = key.created(Asks(page).challenge, flags=FLAG.UP)
    assert (await registers(bo, label="Blå", code=key.credential, made=without)).status_code == 403
    assert (await registers(bo, label="Blå", code=key.credential, made=made)).status_code == 303
    yield key
    for one in StatementLog(office.engine).register().passkeys.of("bo.lind", datetime.now(UTC)):
        await bo.visitor.send(f"{KEYS}/bort", credential=one.credential)


async def registers(bo: Browsing, **said: str) -> httpx2.Response:
    return await bo.visitor.send(KEYS, **said)


async def a_preview(office: TestOffice, journey: JourneyId, by: Browsing, because: str = "Fel dag") -> httpx2.Response:
    """What would follow if somebody corrected the agreement that Anna made."""
    agreed = next(line for line in office.ledger(journey) if line.kind == "internship_agreed")
    page = await opened(by, form_path(journey, agreed.event_id, "ratta"))
    return await by.send(page, ends_on=TODAY + timedelta(days=60), because=because)


async def test_a_further_key_is_confirmed_by_one_that_counts(bo: Browsing, bos_key: SecurityKey) -> None:
    second = SecurityKey(f"second {datetime.now(UTC)}")
    made = second.created(Asks(await bo.get("/installningar")).challenge)
    confirm = await registers(bo, label="Telefonen", made=made)
    said = {name: values[0] for name, values in Form(confirm.text).fields.items()} | {"do": "sign"}
    assert (await bo.visitor.client.post(KEYS, data=said, headers={"Origin": "http://desk.test"})).status_code == 422
    for signer, status in ((second, 403), (bos_key, 303)):
        answer = await registers(
            bo, label="Telefonen", made=made, do="sign", own_key=signer.answered(Asks(confirm).challenge)
        )
        assert answer.status_code == status, unescape(answer.text)
    assert "Telefonen" in (await bo.get("/installningar")).text


async def test_what_a_key_signed_is_sent_with_this_decision_alone(
    office: TestOffice, journey: JourneyId, bo: Browsing, bos_key: SecurityKey
) -> None:
    preview = await a_preview(office, journey, bo)
    challenge = Asks(preview).challenge
    another = Asks(await a_preview(office, journey, bo, because="Något annat")).challenge
    rows = len(office.ledger(journey))
    wrong = (
        bos_key.answered(another),
        bos_key.answered(challenge, origin="http://desk.test.example"),
        SecurityKey("anna").answered(challenge),
        "{}",
        "",
    )
    for answered in wrong:
        refused = await bo.send(preview, "sign", own_key=answered)
        assert refused.status_code in (403, 422)
        assert 'role="alert"' in refused.text
    assert len(office.ledger(journey)) == rows
    assert (await bo.send(preview, "sign", own_key=bos_key.answered(challenge))).status_code == 303
    last = office.ledger(journey)[-1]
    assert last.kind == "corrected"
    assert last.sign_in is not None
    assert last.sign_in.own_key is not None
    assert last.sign_in.own_key.credential == bos_key.credential


async def test_a_proposal_is_approved_with_ones_own_key(
    office: TestOffice, journey: JourneyId, anna: Browsing, bo: Browsing, bos_key: SecurityKey
) -> None:
    await sent(anna, await a_preview(office, journey, anna))
    number = max(int(one) for one in re.findall(r"/godkannanden/([0-9]+)", (await bo.get("/godkannanden")).text))
    page = await bo.get(f"/godkannanden/{number}")
    [form] = [one for one in page.text.split("<form") if 'value="sign"' in one]
    said = dict(re.findall(r'type="hidden" name="([a-z_]+)" value="([^"]*)"', form))
    challenge = Asks(page).challenge
    assert (await bo.visitor.send(f"/godkannanden/{number}", decision="sign", **said)).status_code == 422
    for key, status in ((SecurityKey("anna"), 403), (bos_key, 303)):
        answered = {**said, "own_key": key.answered(challenge), "decision": "sign"}
        answer = await bo.visitor.send(f"/godkannanden/{number}", **answered)
        assert answer.status_code == status, unescape(answer.text)
    last = office.ledger(journey)[-1]
    assert (last.kind, last.event_id) == ("corrected", said["event_id"])
    assert last.sign_in is not None
    assert last.sign_in.own_key is not None
    assert last.sign_in.own_key.seen == last.row - 1
