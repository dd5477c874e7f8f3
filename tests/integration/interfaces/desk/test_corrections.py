"""Correcting, undoing and referring on the desk, on a real Temporal server."""

import asyncio
import re
from datetime import timedelta
from html import unescape

import pytest

from models.identifiers import JourneyId
from tests.support.desk_forms import TODAY, form_path, kinds, recorded, sent
from tests.support.desk_pages import Browsing, Form
from tests.support.import_files import made_up_number
from tests.support.office import TestOffice

# Correcting and undoing


def event_path(office: TestOffice, journey: JourneyId, kind: str) -> str:
    """Where the event of a kind is corrected."""
    event_id = next(line.event_id for line in office.ledger(journey) if line.kind == kind)
    return form_path(journey, event_id, "ratta")


async def test_a_wrong_day_is_corrected_and_the_rest_stays_as_it_was(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    await recorded(anna, journey, "check_in_recorded", remark="Trivs i köket")
    page = await anna.get(event_path(office, journey, "check_in_recorded"))
    assert page.status_code == 200
    assert "Trivs i köket" not in page.text  # remarks are for those who ask for them
    unchanged = await anna.send(page, because="Fel dag")
    assert unchanged.status_code == 422
    assert "Ingenting är ändrat." in unescape(unchanged.text)
    yesterday = TODAY - timedelta(days=1)
    nameless = await anna.send(page, effective_on=yesterday)
    assert '<a href="#because">' in nameless.text
    preview = await anna.send(page, effective_on=yesterday, because="Fel dag")
    assert (await sent(anna, preview)).status_code == 303
    *_, checked_in, corrected = office.ledger(journey)
    assert corrected.event is not None
    assert checked_in.event is not None
    assert corrected.kind == "corrected"
    assert corrected.event["replacement"]["effective_on"] == str(yesterday)
    assert corrected.event["replacement"]["remark"] == checked_in.event["remark"]


async def test_what_was_corrected_is_corrected_again_from_its_own_row_or_from_the_corrections(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    await recorded(anna, journey, "check_in_recorded")
    path = event_path(office, journey, "check_in_recorded")
    days = [TODAY - timedelta(days=number) for number in (1, 2)]
    for day in days:
        preview = await anna.send(await anna.get(path), effective_on=day, because="Fel dag")
        assert (await sent(anna, preview)).status_code == 303
        history = unescape((await anna.get(f"/person/{journey.candidate}")).text)
        assert path in history
        assert Form((await anna.get(path)).text).fields["effective_on"] == [str(day)]
    correction = await anna.get(event_path(office, journey, "corrected"))
    assert "kan bara strykas" in unescape(correction.text)
    assert path in unescape(correction.text)
    assert set(Form(correction.text).fields) & {"because", "effective_on"} == {"because"}


async def test_what_was_made_another_kind_is_corrected_as_that(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    await recorded(anna, journey, "note_added", text="Kom i tid hela veckan")
    path = event_path(office, journey, "note_added")
    page = await anna.get(path.replace("?", "/slag/check_in_recorded?"))
    assert (await sent(anna, await anna.send(page, because="Det var en avstämning"))).status_code == 303
    again = await anna.get(path)
    assert "text" not in Form(again.text).fields
    assert "/slag/note_added" in again.text
    preview = await anna.send(again, effective_on=TODAY - timedelta(days=1), because="Fel dag")
    assert (await sent(anna, preview)).status_code == 303
    last = office.ledger(journey)[-1]
    assert (last.event or {})["replacement"]["kind"] == "check_in_recorded"


async def test_a_remark_is_corrected_by_whoever_asks_for_it(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    await recorded(anna, journey, "check_in_recorded", remark="Trivs i köket")
    path = event_path(office, journey, "check_in_recorded")
    assert "/anmarkning" in (await anna.get(path)).text
    page = await anna.get(path.replace("?", "/anmarkning?"))
    assert Form(page.text).fields["remark"] == ["Trivs i köket"]
    preview = await anna.send(page, remark="Trivs i tvätten", because="Fel ställe")
    assert "Trivs i tvätten (förut: Trivs i köket)" in unescape(preview.text)
    answers = [await sent(anna, preview) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert kinds(office, journey)[-2:] == ["check_in_recorded", "corrected"]
    page = await anna.get(path.replace("?", "/anmarkning?"))
    assert Form(page.text).fields["remark"] == ["Trivs i tvätten"]


async def test_an_event_of_the_wrong_kind_is_made_another_one(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    await recorded(anna, journey, "note_added", text="Kom i tid hela veckan")
    path = event_path(office, journey, "note_added")
    assert "/slag/check_in_recorded" in (await anna.get(path)).text
    page = await anna.get(path.replace("?", "/slag/check_in_recorded?"))
    preview = await anna.send(page, because="Det var en avstämning")
    assert "avstämning (förut: anteckning)" in unescape(preview.text).lower()
    assert (await sent(anna, preview)).status_code == 303
    last = office.ledger(journey)[-1]
    assert (last.event or {})["replacement"]["kind"] == "check_in_recorded"
    unknown = await anna.get(path.replace("?", "/slag/nonsense?"))
    assert unknown.status_code == 422


async def test_an_event_is_struck_with_a_reason(office: TestOffice, journey: JourneyId, anna: Browsing) -> None:
    await recorded(anna, journey, "note_added", text="Om någon annan")
    page = await anna.get(event_path(office, journey, "note_added"))
    assert Form(page.text).fields["text"] == ["Om någon annan"]
    preview = await anna.send(page, how="strike", because="Fel person")
    assert "Om någon annan" in unescape(preview.text)
    assert (await sent(anna, preview)).status_code == 303
    last = office.ledger(journey)[-1]
    assert (last.kind, (last.event or {}).get("replacement")) == ("corrected", None)


async def test_a_decision_of_ones_own_is_proposed_to_a_second_person(
    office: TestOffice, journey: JourneyId, anna: Browsing, bo: Browsing
) -> None:
    page = await anna.get(event_path(office, journey, "internship_agreed"))
    assert Form(page.text).fields["supervisor"] == ["Maria Ek"]
    assert (await anna.send(page, because="Inget är fel")).status_code == 422
    preview = await anna.send(page, ends_on=TODAY + timedelta(days=60), because="Längre period")
    assert "Det här kräver två personer." in unescape(preview.text)
    assert "(förut: " in unescape(preview.text)
    assert "förrän en kollega har godkänt" in unescape(preview.text)
    assert "Får besked: " in unescape(preview.text)
    receipt = await anna.follow(await sent(anna, preview))
    assert "Det här kräver två personer." in unescape(receipt.text)
    assert kinds(office, journey)[-1] == "correction_proposed"
    assert journey.candidate in (await bo.get("/godkannanden")).text
    own = re.search(
        rf'<h3><a href="(/godkannanden/\d+)">[^\n]*{journey.candidate}', (await anna.get("/godkannanden")).text
    )
    assert own is not None
    assert "Får besked: " in unescape((await anna.get(own[1])).text)


async def test_ones_last_step_is_undone_from_its_receipt_once(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    receipt = await anna.follow(await recorded(anna, journey, "check_in_recorded"))
    undo = f"/person/{journey.candidate}/angra?program={journey.programme}/1"
    assert undo in unescape(receipt.text)
    page = await anna.get(undo)
    answers = [await anna.send(page, "send") for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert kinds(office, journey)[-2:] == ["check_in_recorded", "corrected"]
    assert "/angra" not in (await anna.follow(answers[1])).text.partition('id="vagen"')[0]


async def test_ones_last_step_can_be_undone_beside_its_row_as_long_as_that_is_possible(
    office: TestOffice, journey: JourneyId, anna: Browsing, bo: Browsing
) -> None:
    await recorded(anna, journey, "check_in_recorded")
    row, path = office.ledger(journey)[-1].row, f"/person/{journey.candidate}"
    assert f'Ångra<span class="unseen"> rad {row}</span>' in unescape((await anna.get(path)).text)
    await recorded(bo, journey, "note_added", text="Ringde")
    assert "/angra" not in (await anna.get(path)).text


async def test_what_belongs_to_another_person_is_moved_there_once(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    other = await office.refer()
    await recorded(anna, journey, "note_added", text="Ringde om språkkursen")
    correcting = await anna.get(event_path(office, journey, "note_added"))
    row = next(line.row for line in office.ledger(journey) if line.kind == "note_added")
    assert f"rad={row}" in correcting.text
    page = await anna.get(form_path(journey, "", "flytta").replace("/flytta/", "/flytta") + f"&rad={row}")
    assert Form(page.text).fields["rows"] == [str(row)]
    nobody = await anna.send(page, target="ZZZ", because="Fel person")
    assert nobody.status_code == 422
    assert '<a href="#target">' in nobody.text
    preview = await anna.send(page, target=other.candidate, because="Fel person")
    assert "Ringde om språkkursen" in unescape(preview.text)
    answers = [await sent(anna, preview) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert kinds(office, other)[-1] == "note_added"
    assert kinds(office, journey)[-2:] == ["note_added", "corrected"]
    assert "Registrerat" in unescape((await anna.follow(answers[0])).text)


async def test_an_undoing_waits_where_others_have_gone_on(
    office: TestOffice, journey: JourneyId, anna: Browsing, bo: Browsing
) -> None:
    await recorded(anna, journey, "internship_completed")
    page = await anna.get(f"/person/{journey.candidate}/angra")
    await recorded(bo, journey, "note_added", text="Ringde")
    late = await anna.send(page, "send")
    assert late.status_code == 403
    assert "Anteckning" in unescape(late.text) or "anteckning" in unescape(late.text)
    assert kinds(office, journey)[-1] == "note_added"


@pytest.mark.parametrize("event", ["00000000-0000-4000-8000-000000000000", "x"])
async def test_what_is_not_in_the_journey_cannot_be_corrected(office: TestOffice, anna: Browsing, event: str) -> None:
    page = await anna.get(form_path(await office.refer(), event, "ratta"))
    assert page.status_code in (404, 422)


# Referring

PERSON = {"identity_number": "198505059801", "name": "Nils Påhittad", "phone": "070-174 06 05"}
REFERRAL = {"programme": "service_division", "referring_partner": "arbetsformedlingen", "site": "2480"}


async def test_somebody_is_referred_once_however_often_it_is_sent(anna: Browsing) -> None:
    page = await anna.get("/ny")
    assert Form(page.text).fields["coordinator"] == ["Anna Berg"]
    preview = await anna.send(page, **PERSON, **REFERRAL)
    assert preview.status_code == 200, unescape(preview.text)
    assert "Arbetsförmedlingen" in unescape(preview.text)
    first, again = await asyncio.gather(*(anna.send(preview, "send") for _ in range(2)))
    back = await anna.send(page, **PERSON, **REFERRAL)
    assert first.status_code == 303, unescape(first.text)
    assert first.headers["location"] == again.headers["location"]
    assert "Inget nytt registrerades." in unescape((await anna.follow(back)).text)
    shown = await anna.follow(first)
    assert "Nils Påhittad" in unescape(shown.text)


async def test_whoever_came_since_and_may_be_the_same_person_is_shown_before_another_is_entered(anna: Browsing) -> None:
    def person(born: str) -> dict[str, str]:
        return {"identity_number": made_up_number(born, 985), "name": "Ebba Uppdiktad"}

    page = await anna.get("/ny")
    by_coordination = await anna.send(page, **person("19870767"), **REFERRAL)
    by_personal = await anna.send(page, **person("19870707"), **REFERRAL)
    assert (await anna.send(by_personal, "send")).status_code == 303
    shown = await anna.send(by_coordination, "send")
    assert shown.status_code == 409
    assert "Det här kan vara samma person:" in unescape(shown.text)
    assert (await anna.send(shown, "send")).status_code == 303


async def test_earlier_employments_are_told_in_a_referral(office: TestOffice, anna: Browsing) -> None:
    person = {**PERSON, "identity_number": "198505069818"}
    page = await anna.get("/ny")
    form, first = "earlier__1__form", "earlier__1__first"
    half = await anna.send(page, **person, **REFERRAL, **{form: "substitute", first: "2024-01-01"})
    assert '<a href="#earlier.1.last">' in half.text
    said = {form: "substitute", first: "1 januari 2024", "earlier__1__last": "2024-06-30"}
    preview = await anna.send(page, **person, **REFERRAL, **said)
    assert "söndag 30 juni 2024" in unescape(preview.text)
    assert "<li>Steg: anvisning</li>" in unescape(preview.text)
    assert f"<dd>{TODAY}</dd>" not in preview.text
    answer = await anna.send(preview, "send")
    candidate = answer.headers["location"].split("/")[2].split("?")[0]
    [line] = [one for one in office.lists.journeys() if one.candidate == candidate]
    [first_row, *_] = office.lists.ledger(line.journey_id)
    [told] = (first_row.event or {})["earlier_employment"]
    assert (told["form"], told["ends_on"]) == ("substitute", "2024-06-30")


async def test_a_referral_tells_all_that_is_wrong_and_keeps_it(anna: Browsing) -> None:
    page = await anna.get("/ny")
    wrong = await anna.send(page, identity_number="19850505-9808", name="123", coordinator="ja", email="x@")
    assert wrong.status_code == 422
    for name in ("programme", "identity_number", "name", "referring_partner", "site", "email"):
        assert f'<a href="#{name}">' in wrong.text, name
    assert Form(wrong.text).fields["identity_number"] == ["19850505-9808"]


async def test_somebody_who_has_a_journey_is_told_of_with_what_was_typed(anna: Browsing) -> None:
    known = {**PERSON, "identity_number": "199003039808"}
    preview = await anna.send(await anna.get("/ny"), **known, **REFERRAL)
    assert (await anna.send(preview, "send")).status_code == 303, unescape(preview.text)
    again = await anna.send(await anna.get("/ny"), **known, **REFERRAL, reference="123")
    assert again.status_code == 409
    candidate = (await anna.follow(await anna.send(preview, "send"))).url.path
    assert f'href="{candidate}"' in again.text
    assert Form(again.text).fields["reference"] == ["123"]
