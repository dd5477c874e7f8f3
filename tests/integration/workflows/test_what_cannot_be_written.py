"""An event of which the database does not take what follows: refused in the ledger, and the journey goes on."""

from sqlalchemy import text

from models.rules.recording import it_can_be_judged
from models.stages import Stage
from tests.support.office import event
from tests.support.years import Year


async def test_what_cannot_be_written_is_refused_and_holds_up_nothing_that_comes_after_it(year: Year) -> None:
    await year.refers()
    await year.comes("referral_accepted", "requirements_checked")
    with year.office.engine.begin() as connection:
        connection.execute(text("create unique index one_item_alone on open_items (journey_id)"))
    agreed = await year.example("internship_agreed")
    receipt = await year.office.journeys.submit(year.journey, event("internship_agreed", **agreed))
    assert (receipt.accepted, receipt.rule, receipt.stage) == (False, it_can_be_judged.id, Stage.AWAITING_PLACEMENT)
    await year.comes("note_added")

    with year.office.engine.begin() as connection:
        connection.execute(text("drop index one_item_alone"))
    await year.comes("internship_agreed")
    [line] = year.office.lists.journeys()
    assert (line.stage, line.events) == (Stage.INTERNSHIP, 5)
