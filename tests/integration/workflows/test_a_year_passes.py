"""A year passes, or ten: deadlines fall on their days, move with what they count from, and end with the journey.

Temporal's time-skipping server lets the days go by; worker, database and inboxes are real. That each deadline of each
stage has its days is tested in `tests/unit/models/test_deadlines.py`; here, that the workflow wakes on them.
"""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import SystemRandom
from typing import Any

from temporalio.testing import WorkflowEnvironment

from models.events.parsing import Unreadable
from models.identifiers import JOURNEY_WORKFLOW, Actor, JourneyId
from models.journey.fold import Entry
from models.journey.journey import Journey
from models.stages import Stage
from models.state.deadlines import reached
from runtime.errors import Refused
from services.identities.register import Register
from services.referrals.importer import Became, Importer
from services.referrals.rows import ImportRow
from tests.support.authority import TestKeyring
from tests.support.errors import raises
from tests.support.office import event
from tests.support.recording import recorder_on
from tests.support.years import Year, open_year
from workflows.messages import EVENT_SIGNAL, RENEW_SIGNAL, JourneyStart, deadline_message, entry_for

BY_BO = {"actor": "coordinator:bo.lind", "reason": "Read the wrong line"}
TO_A_PLACE = ("referral_accepted", "requirements_checked")


# Each step on its day


async def test_deadlines_fall_at_six_in_the_morning_and_say_when_they_were_due(year: Year) -> None:
    await year.refers()
    await year.until(10, hour=5)
    assert year.told() == []
    await year.until(10, hour=7)
    [line] = [line for line in year.office.ledger(year.journey) if line.kind == "deadline_passed"]
    six = datetime.combine(year.day(10), time(6), UTC)
    assert six <= line.recorded_at < six + timedelta(minutes=1)
    assert line.effective_on == year.day(10)
    assert line.actor == "system:journey"
    assert line.event is not None
    assert line.event["due_on"] == year.day(14).isoformat()


async def test_the_coordinator_hears_of_each_step_and_the_manager_of_the_last(year: Year) -> None:
    await year.refers()
    await year.until(400)
    steps = [("reminder", 10), ("due", 14), ("escalation", 21)]
    assert year.told() == [("referral_unanswered", step, day) for step, day in steps]
    assert (await year.office.journeys.status(year.journey)).stage is Stage.REFERRAL
    notices = year.office.lists.notices(journey_id=year.journey)
    told = sorted((notice.created_at.date(), notice.sent_to, notice.status.value) for notice in notices)
    assert told == [
        (year.day(0), "arbetsformedlingen", "sent"),
        (year.day(10), "anna.berg", "sent"),
        (year.day(14), "anna.berg", "sent"),
        (year.day(21), "anna.berg", "sent"),
        (year.day(21), "lena.strand", "sent"),
    ]
    assert sorted(str(item.notice_id) for item in year.office.received()) == sorted(n.notice_id for n in notices)


async def test_an_internship_has_check_ins_and_a_last_day(year: Year) -> None:
    await year.refers()
    await year.comes(*TO_A_PLACE)
    await year.happens("internship_agreed", starts_on=year.day(0), ends_on=year.day(120))
    await year.until(50)
    await year.comes("check_in_recorded")
    await year.until(200)
    assert year.told() == [
        ("check_in_due", "due", 30),
        ("check_in_due", "escalation", 44),
        ("check_in_due", "due", 50 + 30),
        ("check_in_due", "escalation", 50 + 44),
        ("internship_ending", "reminder", 120 - 14),
        ("internship_ending", "due", 120),
        ("internship_ending", "escalation", 120 + 7),
    ]


HIRED = (*TO_A_PLACE, "internship_agreed", "internship_completed", "evaluation_recorded", "permanent_role_agreed")


async def test_a_journey_is_followed_up_for_a_year_after_its_end_and_then_rests(year: Year) -> None:
    await year.refers()
    await year.comes(*HIRED)
    await year.until(year.weekday_after(year.weekday_after(365) + 30), hour=23)
    assert year.told() == [
        step
        for days in (90, 180, 365)
        for step in (
            (f"follow_up_{days}", "reminder", year.weekday_before(year.weekday_after(days) - 7)),
            (f"follow_up_{days}", "due", year.weekday_after(days)),
            (f"follow_up_{days}", "escalation", year.weekday_after(year.weekday_after(days) + 30)),
        )
    ]
    last_step = year.told()[-1][2]
    assert await year.runs()
    await year.until(last_step + 1)
    assert await year.ended_on() == last_step + 1
    assert len(year.told()) == 9


async def test_a_follow_up_that_is_recorded_is_not_asked_for(year: Year) -> None:
    await year.refers()
    await year.comes(*HIRED)
    await year.until(80)
    await year.happens("follow_up_recorded", after_days=90)
    await year.until(year.weekday_after(180))
    await year.happens("follow_up_recorded", after_days=180)
    half_a_year, a_year = year.weekday_after(180), year.weekday_after(365)
    await year.until(a_year)
    assert await year.runs()
    assert year.told() == [
        *(("follow_up_180", "reminder", year.weekday_before(half_a_year - 7)), ("follow_up_180", "due", half_a_year)),
        *(("follow_up_365", "reminder", year.weekday_before(a_year - 7)), ("follow_up_365", "due", a_year)),
    ]
    await year.happens("follow_up_recorded", after_days=365)
    assert await year.ended_on() == a_year  # at once: nothing is left to wait for
    with raises(Refused, "journey.not_running"):
        await year.office.journeys.submit(year.journey, event("referral_accepted"))


# Dates that move


async def test_an_internship_cut_short_is_told_of_on_its_new_days(year: Year) -> None:
    await year.refers()
    await year.comes(*TO_A_PLACE)
    await year.happens("internship_agreed", starts_on=year.day(0), ends_on=year.day(90))
    await year.until(25)
    await year.comes("check_in_recorded")
    await year.until(26)
    await year.happens("internship_extended", ends_on=year.day(45))
    await year.until(54)
    assert year.told() == [
        ("internship_ending", "reminder", 45 - 14),
        ("internship_ending", "due", 45),
        ("internship_ending", "escalation", 45 + 7),
    ]


async def test_a_correction_of_the_last_day_moves_the_steps_too(year: Year) -> None:
    await year.refers()
    await year.comes(*TO_A_PLACE)
    agreed = await year.happens("internship_agreed", starts_on=year.day(0), ends_on=year.day(90))
    await year.until(10)
    right = agreed.model_copy(update={"ends_on": year.day(28)}).model_dump()
    await year.happens("corrected", corrects=agreed.event_id, replacement=right, **BY_BO)
    await year.until(29)
    assert year.told() == [("internship_ending", "reminder", 14), ("internship_ending", "due", 28)]


async def test_a_correction_to_a_day_long_past_is_told_of_once_the_morning_after(year: Year) -> None:
    await year.refers()
    await year.comes(*TO_A_PLACE)
    agreed = await year.happens("internship_agreed", starts_on=year.day(0), ends_on=year.day(90))
    await year.until(28)
    right = agreed.model_copy(update={"ends_on": year.day(5)}).model_dump()
    await year.happens("corrected", corrects=agreed.event_id, replacement=right, **BY_BO)
    await year.until(29, hour=23)
    assert year.told() == [("internship_ending", "escalation", 29)]  # not the reminder and the day itself as well


# Standing still


async def test_nothing_falls_while_a_journey_is_paused_and_all_is_put_off_by_the_pause(year: Year) -> None:
    await year.refers()
    await year.until(5)
    await year.comes("paused")
    await year.until(105)
    assert year.told() == []
    assert (await year.office.journeys.status(year.journey)).next_deadlines == ()
    await year.comes("resumed")
    await year.until(200)
    assert year.told() == [
        ("referral_unanswered", "reminder", 10 + 100 - 2),  # the weekday before a Sunday
        ("referral_unanswered", "due", 14 + 100),
        ("referral_unanswered", "escalation", 21 + 100),
    ]


# The end of the run


async def test_a_reminder_and_the_day_to_return_are_told_on_their_days_also_in_a_new_run(year: Year) -> None:
    await year.refers()
    await year.happens("paused", until=year.day(35))
    reminder = await year.happens("reminder_set", remind_on=year.day(14), task="Call on Monday")
    await year.office.handle(year.journey).signal(RENEW_SIGNAL)
    await year.until(40)
    assert year.told() == [
        (f"reminder_{reminder.event_id}", "due", 14),
        ("return_due", "reminder", 28),
        ("return_due", "due", 35),
    ]
    notices = year.office.lists.notices(journey_id=year.journey)
    assert {(notice.created_at.date(), notice.sent_to) for notice in notices} >= {
        (year.day(days), "anna.berg") for days in (14, 28, 35)
    }


async def test_a_journey_that_began_without_a_referral_ends_after_a_day(year: Year) -> None:
    handle = await year.office.client.start_workflow(
        JOURNEY_WORKFLOW,
        JourneyStart(candidate="K7Q29FMXB", rules=year.office.book.programme("service_division")),
        id="journey/K7Q29FMXB/service_division",
        task_queue=year.office.settings.task_queue,
    )
    year.journey = handle.id
    await year.until(1, hour=8)
    assert await year.runs()
    await year.until(1, hour=10)
    assert await year.ended_on() == 1
    assert year.office.ledger(handle.id) == []


async def test_a_journey_that_was_sent_something_else_than_a_referral_ends_at_once(year: Year) -> None:
    handle = await year.office.client.start_workflow(
        JOURNEY_WORKFLOW,
        JourneyStart(candidate="K7Q29FMXB", rules=year.office.book.programme("service_division")),
        id="journey/K7Q29FMXB/service_division",
        task_queue=year.office.settings.task_queue,
    )
    await handle.signal(EVENT_SIGNAL, event("referral_accepted", effective_on=year.day(0)))
    year.journey = handle.id
    assert await year.ended_on() == 0
    [line] = year.office.ledger(handle.id)
    assert line.receipt.rule == "it_begins_with_a_referral"
    assert year.office.lists.journeys() == []


async def test_a_journey_whose_referral_was_refused_ends_at_once_and_can_begin_anew(year: Year) -> None:
    candidate = "K7Q29FMXB"
    refused = event(
        "referred", referring_partner="nobody", site="2480", coordinator="anna.berg", effective_on=year.day(0)
    )
    rules = year.office.book.programme("service_division")
    receipt = await year.office.journeys.refer(candidate, rules, refused)  # type: ignore[arg-type]
    assert not receipt.accepted
    year.journey = f"journey/{candidate}/service_division"
    assert await year.ended_on() == 0
    await year.refers(candidate=candidate)
    assert await year.runs()
    assert [line.receipt.accepted for line in year.office.ledger(year.journey)] == [False, True]


async def test_a_list_that_was_imported_before_its_day_is_judged_anew_when_the_day_has_come(year: Year) -> None:
    """Case 10: the first receipt was given again for ever."""
    office, anna = year.office, Actor.parse("coordinator:anna.berg")
    importer = Importer(
        office.journeys, Register(office.engine, SystemRandom(), TestKeyring()), office.lists, office.book, anna
    )
    who: dict[str, Any] = {"identity_number": "199002049865", "name": "Tidig Lista", "email": None, "phone": None}
    who |= {"programme": "service_division", "referring_partner": "kommunen", "site": "2480"}
    row = ImportRow(line=2, referred_on=year.day(3), coordinator="anna.berg", **who)

    async def became() -> list[Became]:
        return [one.became for one in (await importer.run([row], await year.now())).outcomes]

    assert await became() == await became() == [Became.TO_PUT_RIGHT]
    await year.until(3)
    assert await became() == [Became.STARTED]
    await year.until(5)
    assert await became() == [Became.SAME]


# The past, registered today


async def test_a_way_of_2018_registered_today_tells_nobody_of_what_is_long_over(year: Year) -> None:
    await year.refers("preparedness_jobs", effective_on="2018-01-15")
    in_2018, at_work = {"effective_on": "2018-02-01"}, {"position": "landsarkivet_scanning"}
    for kind, fields in (
        ("referral_accepted", {}),
        ("requirements_checked", {}),
        (
            "internship_agreed",
            {**at_work, "starts_on": "2018-02-01", "ends_on": "2018-05-31"},
        ),
        ("internship_completed", {}),
        ("evaluation_recorded", {}),
        (
            "temporary_role_agreed",
            {**at_work, "form": "preparedness_job", "starts_on": "2018-06-01", "ends_on": "2019-05-31"},
        ),
    ):
        await year.happens(kind, **{**in_2018, **fields})
    await year.until(0, hour=23)
    assert year.told() == []
    await year.until(30)
    assert year.told() == [("role_ending", "escalation", 1)]  # one line that it ended, and was not registered
    await year.happens("permanent_role_agreed", effective_on="2019-06-01", starts_on="2019-06-01", **at_work)
    await year.until(400)
    assert year.told() == [("role_ending", "escalation", 1), ("follow_up_180", "escalation", 31)]
    assert await year.ended_on() == 30 + 60  # the window in which a slip in registering can be mended


# Over a standstill of the worker


async def test_weeks_without_a_worker_are_made_up_for_by_one_step_a_deadline(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    async with open_year(time_skipping, tmp_path, with_worker=False) as year:
        office = year.office
        async with year.works() as door:
            await year.refers()
            await year.comes(*TO_A_PLACE)
            await year.happens("internship_agreed", starts_on=year.day(0), ends_on=year.day(40))
            await year.until(2)
            door.shut()
            await year.until_unattended(60)
            door.open()
            await year.until(61)
            assert year.told(late=True) == [("internship_ending", "escalation", 60), ("check_in_due", "escalation", 60)]
            fell_on = [line.effective_on for line in office.ledger(year.journey)[-2:]]
            assert fell_on == [year.day(49), year.day(44)]  # a week after the 40th day is a Saturday
            await year.comes("check_in_recorded")
            await year.until(100)
            assert year.told(late=True)[2:] == []  # the internship has ended: there is nothing to check in on
        rows = [line.row for line in office.ledger(year.journey)]
        assert rows == list(range(1, len(rows) + 1))


async def test_a_deadline_recorded_as_the_worker_died_is_neither_told_twice_nor_refused(
    time_skipping: WorkflowEnvironment, tmp_path: Path
) -> None:
    """The ledger had it and the history not; two days later a worker comes to the same place."""
    async with open_year(time_skipping, tmp_path, with_worker=False) as year:
        office = year.office
        async with year.works() as door:
            await year.refers()
            await year.until(2)  # or it is away in the middle of announcing
            died_at = datetime.combine(year.day(10), time(6), UTC)
            record_deadlines_as_the_workflow_would(year, died_at)
            door.shut()
            await year.until_unattended(12)
            door.open()
            await year.until(13)
            assert year.told() == [("referral_unanswered", "reminder", 10)]
            assert [line.receipt.accepted for line in office.ledger(year.journey)] == [True, True]
            assert (await office.journeys.status(year.journey)).events == 2
            await year.until(100)
        assert year.told()[1:] == [("referral_unanswered", "due", 14), ("referral_unanswered", "escalation", 21)]
        assert {notice.status.value for notice in office.lists.notices()} == {"sent"}


def record_deadlines_as_the_workflow_would(year: Year, now: datetime) -> None:
    lines = year.office.ledger(year.journey)
    entries = [Entry.model_validate({"event": line.event, "recorded_at": line.recorded_at}) for line in lines]
    id_ = JourneyId.parse(year.journey)
    journey = Journey(year.office.book.programme("service_division"), entries, journey_id=id_)
    assert journey.state is not None
    for moment in reached(journey.state, now.date()):
        message = deadline_message(id_, journey.state.since, moment)
        assert not isinstance(message.content, Unreadable)
        entry = entry_for(id_, id_.candidate, journey, message, journey.propose(message.content, now), now)
        assert recorder_on(year.office.engine).record(entry).accepted
