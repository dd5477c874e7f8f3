"""A coordinator who reads Swedish: the scripts as processes, with HELAVAGEN_LANG=sv."""

from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from tests.support.languages import english_in
from tests.support.office import open_office
from tests.support.processes import of_office, run


async def test_next_a_refusal_and_the_timeline_come_in_swedish(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_office(temporal.client, tmp_path) as office:
        journey = await office.refer()
        candidate = journey.split("/")[1]
        env = of_office(office, HELAVAGEN_LANG="sv", HELAVAGEN_ACTOR="anna.berg")
        possible = await run("admin.py", "next", candidate, env=env)
        refused = await run("admin.py", "signal", candidate, "internship_completed", env=env)
        timeline = await run("audit.py", "timeline", candidate, env=env)
        unknown = await run("admin.py", "signal", candidate, "note_added", env={**env, "HELAVAGEN_LANG": "fi"})
        rows = office.ledger(journey)
    assert len(rows) == 2
    assert "Väntar på svar på anvisningen (samordnaren)" in possible.output
    assert refused.errors.startswith("Avböjd: genomförd praktik är inte möjligt i steget anvisning.")
    assert "Anvisad av arbetsformedlingen till programmet i 2480" in timeline.output
    for told in (possible.output, refused.errors.replace(str(rows[-1].receipt.source), ""), timeline.output):
        assert english_in(told) == [], told
    assert (unknown.status, unknown.errors) == (2, "HELAVAGEN_LANG must be one of sv, en; mend it.\n")
