"""What each partner receives of the same event, by real mail and webhook: what it may be told, and nothing else."""

import email
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from email import policy
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from models.partners.partner import Channel
from runtime.local.inbox import InboxItem
from tests.support.office import TestOffice, full_way, open_office
from tests.support.programme_files import changed_programmes
from tests.support.waiting import until

DAY = date(2026, 3, 2)
FORM, POSITION, STAGE = "summer_temporary", "lasarettet_ward_service", "Vägen är nu i steget"
FIRST_DAY, FORM_NAME, POSITION_NAME = "2 mars 2026", "sommarvikariat", "Serviceassistent, vårdnära service"
LAST_DAY = "11 mars 2026"

TELL_ALL = 'event = "temporary_role_agreed"\nto = ["agency", "union", "municipality", "church", "civil_society"]'
CHANGES = (
    ("service_division.toml", 'event = "temporary_role_agreed"\nto = ["referring_partner", "union"]', TELL_ALL),
    ("service_division.toml", 'towns = ["2480", "2481", "2482", "2523"]', 'towns = ["2480"]'),
    ("partners.toml", 'id = "sprakvannerna"', 'id = "sprakvannerna"\ndiscloses = ["position"]'),
)


@pytest.fixture
async def telling(temporal: WorkflowEnvironment, tmp_path: Path) -> AsyncIterator[TestOffice]:
    programmes = changed_programmes(tmp_path, CHANGES)
    async with open_office(temporal.client, tmp_path, programmes=programmes) as office:
        yield office


async def role_is_told(office: TestOffice) -> dict[str, InboxItem]:
    """What came of one temporary role, by recipient."""
    journey = await office.refer(effective_on=DAY)
    *_, role, _ = full_way(DAY)
    role = role.model_copy(update={"ends_on": DAY + timedelta(days=9)})
    for said in (*full_way(DAY)[:-2], role):
        assert (await office.journeys.submit(journey, said)).accepted
    notices = await until(
        lambda: office.lists.notices(journey_id=journey), lambda lines: {line.status for line in lines} == {"sent"}
    )
    of_role = {line.notice_id: line.recipient for line in notices if line.kind == "temporary_role_agreed"}
    return {of_role[str(item.notice_id)]: item for item in office.received() if str(item.notice_id) in of_role}


def mail(item: InboxItem) -> str:
    """The whole of a mail, heads and both bodies."""
    assert item.channel is Channel.EMAIL
    message = email.message_from_bytes(item.path.read_bytes(), policy=policy.default)
    bodies = (message.get_body((kind,)) for kind in ("plain", "html"))
    return " ".join("\n".join([*map(str, message.values()), *(body.get_content() for body in bodies if body)]).split())


def webhook(item: InboxItem) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(item.path.read_text(encoding="utf-8"))["event"]["data"]
    return data


async def test_each_partner_receives_what_it_may_be_told_and_nothing_else(telling: TestOffice) -> None:
    received = await role_is_told(telling)
    assert set(received) == {
        "arbetsformedlingen",
        "kommunal",
        "kommunen",
        "svenska_kyrkan",
        "sprakvannerna",
        "candidate",
    }

    agency = webhook(received["arbetsformedlingen"])
    assert (agency["stage"], agency["effective_on"]) == ("temporary_role", "2026-03-02")
    assert agency["details"] == {
        **{"position": POSITION, "form": FORM},
        **{"starts_on": "2026-03-02", "ends_on": "2026-03-11"},
    }

    facts = (FORM_NAME, FIRST_DAY, LAST_DAY, POSITION_NAME, STAGE)
    in_mail = {
        name: tuple(fact for fact in facts if fact in mail(received[name]))
        for name in set(received) - {"arbetsformedlingen", "candidate"}
    }
    assert in_mail == {
        "kommunal": facts,
        "kommunen": (FIRST_DAY, LAST_DAY, STAGE),
        "svenska_kyrkan": (STAGE,),
        "sprakvannerna": (POSITION_NAME,),
    }


async def test_a_webhook_leaves_out_what_its_partner_may_not_be_told(
    temporal: WorkflowEnvironment, tmp_path: Path
) -> None:
    short = ("partners.toml", 'id = "arbetsformedlingen"', 'id = "arbetsformedlingen"\ndiscloses = ["form"]')
    async with open_office(
        temporal.client, tmp_path, programmes=changed_programmes(tmp_path, (*CHANGES, short))
    ) as office:
        received = await role_is_told(office)
    said = webhook(received["arbetsformedlingen"])
    assert said["details"] == {"form": FORM}
    assert not {"stage", "effective_on"} & set(said)
