"""What somebody is told who waits for an answer that does not come."""

from pathlib import Path
from typing import Any, cast

import pytest

from runtime.errors import ServiceUnavailable
from runtime.rulebook.loader import RuleBook
from services.application import Application
from services.journeys import Journeys
from tests.support.authority import signature_of
from tests.support.errors import raises
from tests.support.programme_files import PARTNERS_FILE, changed_programmes


@pytest.mark.parametrize(("fault", "told"), [(True, "worker.partners_unread"), (False, "worker.no_answer")])
async def test_whoever_waits_beside_a_bad_list_of_partners_is_told_of_it(
    tmp_path: Path, *, fault: bool, told: str
) -> None:
    office = Application()
    change = [(PARTNERS_FILE, 'kind = "agency"', 'kind = "agent"')] if fault else []
    vars(office)["book"] = RuleBook(changed_programmes(tmp_path / "programmes", change))
    nothing = cast(Any, None)
    journeys = Journeys(nothing, "queue", nothing, signature_of, partners_unread=office._partners_unread)
    with pytest.MonkeyPatch.context() as patch, raises(ServiceUnavailable, told):
        patch.setattr(journeys, "_knows_more_than_its_ledger", _no)
        async with journeys._receipt_of("journey/K7Q29FMXB/service_division"):
            raise TimeoutError


async def _no(*_: object) -> bool:
    return False
