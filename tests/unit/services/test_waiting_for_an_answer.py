"""What somebody is told who waits for an answer that does not come."""

from pathlib import Path
from typing import Any, cast
from unittest.mock import AsyncMock, Mock

import pytest
from temporalio.service import RPCError, RPCStatusCode

from runtime.errors import ServiceUnavailable
from runtime.rulebook.loader import RuleBook
from services import rules_changing
from services.answers import EVENT_KEPT
from services.application import Application
from services.journeys import Journeys
from tests.support.authority import signature_of
from tests.support.errors import raises
from tests.support.programme_files import PARTNERS_FILE, changed_programmes

TOLD = {
    (True, True): "worker.partners_unread",
    (False, True): "worker.event_kept",
    (True, False): "worker.event_not_kept",
    (False, False): "worker.event_not_kept",
}


@pytest.mark.parametrize(("fault", "kept"), TOLD)
async def test_whoever_waits_is_told_whether_the_event_is_kept_and_of_a_bad_list_of_partners(
    tmp_path: Path, *, fault: bool, kept: bool
) -> None:
    office = Application()
    change = [(PARTNERS_FILE, 'kind = "agency"', 'kind = "agent"')] if fault else []
    vars(office)["book"] = RuleBook(changed_programmes(tmp_path / "programmes", change))
    nothing = cast(Any, None)
    journeys = Journeys(nothing, "queue", nothing, signature_of, partners_unread=office._partners_unread)

    async def leave() -> None:
        if not kept:
            raise RPCError("away", RPCStatusCode.UNAVAILABLE, b"")

    with pytest.MonkeyPatch.context() as patch, raises(ServiceUnavailable, TOLD[fault, kept]):
        patch.setattr(journeys, "_knows_more_than_its_ledger", _no)
        async with journeys._receipt_of("journey/K7Q29FMXB/service_division", {"event_id": "one"}, leave):
            raise TimeoutError


async def _no(*_: object) -> bool:
    return False


async def test_where_no_worker_answers_one_of_several_the_advice_is_to_do_the_same_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    journeys, one = AsyncMock(), Mock()
    journeys.submit.side_effect = ServiceUnavailable(EVENT_KEPT)
    monkeypatch.setattr(rules_changing, "event_for", Mock())
    with raises(ServiceUnavailable, "worker.not_all_sent"):
        await anext(rules_changing.move(journeys, [one], Mock()))
    journeys.submit.side_effect = ServiceUnavailable("temporal.away", "Away.")
    with raises(ServiceUnavailable, "temporal.away"):
        await anext(rules_changing.move(journeys, [one], Mock()))
