"""The gateway by its own role in the database: it does all that it is there for, as `roles.sql` lets it."""

import re
from pathlib import Path
from uuid import uuid4

from sqlalchemy import make_url
from temporalio.testing import WorkflowEnvironment

from runtime.roles import GATEWAY, WORKER, give_rights
from tests.support.databases import migrated_postgres
from tests.support.gateway import cloud_event, open_gateway
from tests.support.letters import KOMMUNAL, MARIA, open_letters
from tests.support.sealing import open_keyed

AGENCY, UNION = "arbetsformedlingen", "kommunal"


async def test_messages_are_taken_and_letters_answered_by_a_role_that_knows_no_candidate(
    temporal: WorkflowEnvironment, postgres_server: str, tmp_path: Path
) -> None:
    owner = migrated_postgres(postgres_server, tmp_path.name)
    by_owner = open_keyed(owner)
    give_rights(by_owner)
    by_owner.dispose()
    of_role = {
        role: make_url(owner).set(username=role).render_as_string(hide_password=False) for role in (WORKER, GATEWAY)
    }
    async with open_letters(
        temporal.client, tmp_path, database_url=owner, worker_url=of_role[WORKER], pages_url=of_role[GATEWAY]
    ) as desk:
        settings = desk.office.settings.model_copy(update={"database_url": of_role[GATEWAY]})
        async with open_gateway(settings, AGENCY, UNION, client=desk.office.client) as system:
            journey = await desk.asks_unions()
            note = cloud_event("note_added", journey.candidate, {"text": "Ring efter ett."})
            agreed = cloud_event("union_answered", journey.candidate, {"answer": "wants_negotiation"})
            assert (await system.sends(note)).status_code == 200
            assert (await system.sends(agreed, UNION)).status_code == 200

            path = await desk.link(KOMMUNAL, journey.candidate)
            assert (await desk.browser.get(path)).status_code == 200
            asked = {"do": "ask", "once": str(uuid4())}
            for text, status in (("Vem är handledare?", 303), ("Vem är handledare?", 303), ("Vem?", 409)):
                assert (await desk.post(path, **asked, text=text)).status_code == status
            assert (await desk.post(path, do="ask", text="Vem är handledare?")).status_code == 409

            await desk.agrees(journey)
            path = await desk.link(MARIA, journey.candidate)
            page = await desk.post(path, do="open")
            assert page.status_code == 200, page.text
            day = re.findall(r'name="day"[^>]*value="([^"]+)"', page.text)[0]
            assert (await desk.post(path, do="check_in_recorded", day=day, remark="Bra.")).status_code == 303

            assert (await desk.office.send(journey, "withdrawn", end_reason="other")).accepted
            await desk.office.handle(journey).terminate()
            after_the_end = await system.sends(cloud_event("note_added", journey.candidate, {"text": "Tack."}))
            assert after_the_end.status_code == 200, after_the_end.text
