"""Work and studies side by side: the file of the shapes, with a grant in arrears and a certificate of the term."""

from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from models.identifiers import JourneyId
from models.stages import Stage
from runtime.rulebook.loader import RuleBook
from services.recording.correction import correction
from services.recording.knowledge import Knowledge
from services.working import settled_by
from tests.support.office import event
from tests.support.shapes import folder_with
from tests.support.years import Year, open_year

POSITION = """
[[positions]]
id = "oak_home"
programmes = ["elder_care_trainee"]
title = { sv = "Vårdbiträde", en = "Care assistant" }
unit = "Ekens äldreboende"
site = "2480"
staffing_need = { sv = "En tjänst vakant", en = "One post vacant" }
profile = "care_trainee"
places = 1
"""
ROLE = {"position": "oak_home", "form": "substitute", "hours_a_week": 25, "actor": "manager:lena.strand"}


async def refused(year: Year, kind: str, **fields: object) -> str | None:
    said = {"effective_on": (await year.now()).date(), **fields}
    return (await year.office.journeys.submit(year.journey, event(kind, **said))).rule


async def test_a_grant_is_claimed_and_a_certificate_brought_while_weeks_pass(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    programmes = folder_with("elder_care_trainee", POSITION, tmp_path)
    async with open_year(time_skipping, tmp_path / "office", programmes=programmes) as year:
        await year.refers("elder_care_trainee")
        await year.happens("referral_accepted")
        findings = [{"requirement": "kindness", "result": "met"}]
        await year.happens("requirements_checked", profile="care_trainee", findings=findings)
        days = {"starts_on": year.day(0), "ends_on": year.day(170)}
        too_many = {**ROLE, **days, "hours_a_week": 26}
        assert await refused(year, "temporary_role_agreed", **too_many) == "the_studies_leave_time"
        await year.happens("temporary_role_agreed", **ROLE, **days)
        claim = {"duty": "elder_care_grant", "period": str(year.day(0)), "days": 20, "kronor": 12_800}
        assert await refused(year, "duty_done", **claim) == "the_period_has_ended"
        await year.until(60)  # the first four weeks' claim was due after thirty days
        assert ("claim", "due") in {(name.partition("_")[0], step) for name, step, _ in year.told()}
        assert await refused(year, "duty_done", **{**claim, "kronor": 1}) == "the_claim_is_right"
        await year.happens("duty_done", **claim)
        lines = year.office.lists.ledger(year.journey)
        [row] = [line.row for line in lines if line.kind == "duty_done" and line.accepted]
        knowledge = Knowledge(RuleBook(programmes), JourneyId.parse(year.journey), lambda: lines, year.day(60))
        said = correction(lines, row, "She was ill for a day", {"days": "19"}, None, knowledge)
        assert said["replacement"]["kronor"] == 19 * 640
        await year.happens("corrected", **said)
        term = f"ht-{year.day(0):%Y}"
        await year.until(150)
        item = next(one for one in (await year.office.journeys.status(year.journey)).items if one.what == "certificate")
        settling = settled_by(item)
        assert settling is not None
        assert settling.fields == {"duty": "school_certificate", "period": term}
        await year.happens("duty_done", **settling.fields, passed=True)
        assert (await year.office.journeys.status(year.journey)).stage is Stage.TEMPORARY_ROLE
