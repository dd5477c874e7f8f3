"""One candidate from referral to a permanent role: server, database, mail and webhooks are real."""

from models.partners.partner import Channel
from models.stages import Stage
from tests.support.office import DAY, TestOffice, full_way
from tests.support.waiting import until


async def test_a_candidate_goes_the_whole_way_and_everyone_is_told_once(office: TestOffice) -> None:
    journey = await office.refer(effective_on=DAY)
    receipts = [await office.journeys.submit(journey, said) for said in full_way(DAY)]
    assert all(receipt.accepted for receipt in receipts), receipts
    assert [receipt.row for receipt in receipts] == list(range(2, 9))
    assert (await office.journeys.status(journey)).stage is Stage.PERMANENT_ROLE
    assert [line.receipt for line in office.ledger(journey)][1:] == receipts
    notices = await until(
        lambda: office.lists.notices(journey_id=journey), lambda all_: {n.status for n in all_} == {"sent"}
    )
    received = office.received()
    assert sorted(str(item.notice_id) for item in received) == sorted(notice.notice_id for notice in notices)
    assert {item.channel for item in received} == {Channel.EMAIL, Channel.WEBHOOK}
    assert all(item.verified for item in received if item.channel is Channel.WEBHOOK)
