"""Recording on the desk: each step of a whole way by its form, on a real Temporal server, and all that stands in the
way told without losing what was typed."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import httpx2
import pytest

from interfaces.desk import flow
from models.identifiers import JourneyId
from models.stages import EndReason, Stage
from runtime.errors import ServiceUnavailable
from services.application import Application
from services.queries.reads import every_reading
from services.recording.form import KINDS
from services.recording.preview import Preview
from services.recording.preview import preview as reckoned
from tests.support.desk_forms import TODAY, form_path, kinds, opened, recorded, sent, stage
from tests.support.desk_pages import Browsing, Form
from tests.support.office import MET, TestOffice


async def test_a_whole_way_is_recorded_by_the_forms_of_its_steps(
    office: TestOffice, anna: Browsing, bo: Browsing
) -> None:
    journey = await office.refer()
    at = {"position": "lasarettet_ward_service", "starts_on": TODAY}
    ends = {"ends_on": TODAY + timedelta(days=30)}
    assert (await recorded(anna, journey, "referral_accepted")).status_code == 303
    first = await anna.get(form_path(journey, "requirements_checked"))
    check = await anna.send(first, "show", profile="hospital_service")
    findings = {f"findings__{requirement}": "met" for requirement in MET}
    await _waives_without_a_reason(anna, check, **findings)
    assert (await sent(anna, await anna.send(check, **findings))).status_code == 303
    await _chooses_a_place_of_another_profile(anna, journey, **{**at, **ends})
    assert (await recorded(anna, journey, "internship_agreed", supervisor="maria ek", **at, **ends)).status_code == 303
    assert (await recorded(anna, journey, "check_in_recorded", remark="Det går bra")).status_code == 303
    assert (await recorded(anna, journey, "internship_completed")).status_code == 303
    scores = {f"scores__{criterion}": "4" for criterion in ("tasks", "reliability", "cooperation")}
    evaluation = await anna.get(form_path(journey, "evaluation_recorded"))
    looked_at = await anna.send(evaluation, favourable="true", **scores)
    for page in (evaluation, looked_at):
        assert "kan inte sedan besluta om anställningen" in unescape(page.text)
    assert (await sent(anna, looked_at)).status_code == 303
    own = await anna.get(f"/person/{journey.candidate}")
    assert "/registrera/temporary_role_agreed" not in own.text
    assert unescape(own.text).count("Be en kollega registrera beslutet.") == 2
    role = await opened(bo, form_path(journey, "temporary_role_agreed"))
    assert Form(role.text).fields["position"] == ["lasarettet_ward_service"]
    preview = await bo.send(role, form="summer_temporary", starts_on=TODAY, **ends)
    assert (await sent(bo, preview)).status_code == 303
    assert (await recorded(bo, journey, "permanent_role_agreed", **at)).status_code == 303
    assert stage(office, journey) is Stage.PERMANENT_ROLE
    assert {line.actor for line in office.ledger(journey)} == {"coordinator:anna.berg", "coordinator:bo.lind"}


async def _waives_without_a_reason(anna: Browsing, check: httpx2.Response, **findings: str) -> None:
    """It is told beside the requirement that is waived, which is not the first."""
    wrong = await anna.send(check, **{**findings, f"findings__{MET[-1]}": "waived"})
    assert wrong.status_code == 422
    assert wrong.text.count("Skriv varför kravet undantas.") == 2
    assert f'<a href="#findings.{MET[-1]}.reason">' in wrong.text


async def _chooses_a_place_of_another_profile(anna: Browsing, journey: JourneyId, **said: object) -> None:
    """It is told by names, and nothing else is offered: another answer is enough."""
    page = await anna.get(form_path(journey, "internship_agreed"))
    refused = await anna.send(page, **{**said, "position": "lasarettet_transport"})
    assert refused.status_code == 409
    text = unescape(refused.text)
    assert (
        "Medarbetare i interna transporter (Lasarettet, interna transporter) kräver profilen Medarbetare i interna "
        "transporter, men kandidaten prövades mot Serviceassistent på sjukhus."
    ) in text
    assert "Det går inte som det står" in text
    assert "Det här går att göra nu" not in text


async def test_another_language_keeps_what_was_typed_and_sends_nothing(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    page = await anna.get(form_path(journey, "note_added"))
    assert 'form="filled" formnovalidate name="speak" value="en:change"' in page.text
    for spoken in ("en:change", "sv:change"):
        page = await anna.send(page, speak=spoken, text="Ring efter lunch")
        assert page.status_code == 200
        assert f'<html lang="{spoken[:2]}">' in page.text
        assert "Ring efter lunch" in page.text
    preview = await anna.send(page, text="Ring efter lunch")
    assert "Kontrollera innan du registrerar" in preview.text
    before = len(office.ledger(journey))
    preview = await anna.send(preview, "send", speak="en:")
    assert "Check before you record" in preview.text
    assert len(office.ledger(journey)) == before
    assert (await anna.send(preview, "send")).status_code == 303


async def test_what_would_follow_is_shown_before_anything_is_sent(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    page = await anna.get(form_path(journey, "withdrawn"))
    preview = await anna.send(page, end_reason="studies")
    text = unescape(preview.text)
    assert "Vägen slutar här." in text
    assert "Arbetsförmedlingen" in text
    assert kinds(office, journey)[-1] == "internship_agreed"
    again = await anna.send(preview, "change")
    assert Form(again.text).fields["end_reason"] == ["studies"]
    assert (await sent(anna, await anna.send(again))).status_code == 303
    assert stage(office, journey) is Stage.CLOSED


async def test_a_refusal_says_which_rule_and_what_may_be_done_instead_and_keeps_what_was_typed(
    office: TestOffice, anna: Browsing
) -> None:
    journey = await office.refer()
    page = await anna.get(form_path(journey, "internship_agreed"))
    said = {"position": "lasarettet_ward_service", "starts_on": TODAY, "ends_on": TODAY, "mentor": "Eva Sjo"}
    refused = await anna.send(page, **said)
    assert refused.status_code == 409, unescape(refused.text)
    assert "/registrera/referral_accepted?" in refused.text
    assert "Regeln kommer från" in unescape(refused.text)
    assert {name: Form(refused.text).fields[name] for name in said} == {name: [str(one)] for name, one in said.items()}
    assert len(office.ledger(journey)) == 1


async def test_everything_that_is_wrong_is_told_at_once_with_a_link_to_its_field(
    journey: JourneyId, anna: Browsing
) -> None:
    page = await anna.get(form_path(journey, "internship_extended"))
    wrong = await anna.send(page, ends_on="31/2", effective_on="i förrgår kväll", reason=" ")
    assert wrong.status_code == 422
    assert "<title>Fel:" in wrong.text
    for name in ("ends_on", "effective_on", "reason"):
        assert f'<a href="#{name}">' in wrong.text
        assert f'id="{name}-error"' in wrong.text
    assert '<a href="#reason">Skäl: Det här behöver du besvara.</a>' in unescape(wrong.text)
    assert wrong.text.count('aria-invalid="true"') == 3
    assert Form(wrong.text).fields["ends_on"] == ["31/2"]
    assert 'type="text" value="31/2"' in wrong.text


async def test_what_others_have_done_meanwhile_is_shown_and_nothing_is_sent(
    office: TestOffice, journey: JourneyId, anna: Browsing, bo: Browsing
) -> None:
    page = await anna.get(form_path(journey, "internship_extended"))
    preview = await anna.send(page, ends_on=TODAY + timedelta(days=9), reason="Mer tid")
    assert (await recorded(bo, journey, "check_in_recorded")).status_code == 303
    stale = await anna.send(preview, "send")
    assert stale.status_code == 409
    assert "Bo Lind registrerade avstämning" in unescape(stale.text)
    assert kinds(office, journey)[-1] == "check_in_recorded"
    assert Form(stale.text).fields["reason"] == ["Mer tid"]
    assert (await sent(anna, await anna.send(stale))).status_code == 303
    assert kinds(office, journey)[-1] == "internship_extended"


async def test_of_two_who_send_at_the_same_moment_one_is_shown_what_the_other_did(
    office: TestOffice, journey: JourneyId, anna: Browsing, bo: Browsing
) -> None:
    last_days = (TODAY + timedelta(days=days) for days in (40, 50))
    pages = [await opened(one, form_path(journey, "internship_extended")) for one in (anna, bo)]
    previews = [
        await one.send(page, ends_on=day, reason="Mer tid")
        for one, page, day in zip((anna, bo), pages, last_days, strict=True)
    ]
    answers = await asyncio.gather(*(one.send(page, "send") for one, page in zip((anna, bo), previews, strict=True)))
    assert sorted(one.status_code for one in answers) == [303, 409]
    assert kinds(office, journey).count("internship_extended") == 1


async def test_sending_twice_is_once_also_at_the_same_moment(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    page = await anna.get(form_path(journey, "check_in_recorded"))
    preview = await anna.send(page)
    answers = await asyncio.gather(*(anna.send(preview, "send") for _ in range(3)))
    again = await anna.send(preview, "send")
    back = await anna.send(page)  # the back button, and sent from there
    assert {one.headers["location"] for one in (*answers, again, back)} == {answers[0].headers["location"]}
    assert kinds(office, journey).count("check_in_recorded") == 1


async def test_a_text_that_tells_too_much_is_asked_about_and_kept_once_somebody_is_sure(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    page = await anna.get(form_path(journey, "note_added"))
    preview = await anna.send(page, text="Har varit sjukskriven för depression")
    assert "sure" in Form(preview.text).choices
    unsure = await anna.send(preview, "send")
    assert unsure.status_code == 422
    assert '<a href="#sure">' in unsure.text
    assert "note_added" not in kinds(office, journey)
    assert (await anna.send(unsure, "send", sure="yes")).status_code == 303
    assert kinds(office, journey)[-1] == "note_added"


async def test_a_supervisor_records_what_is_hers_and_is_told_whose_the_rest_is(
    office: TestOffice, journey: JourneyId, browser_of: Callable[[str], Browsing]
) -> None:
    maria, other = browser_of("maria.ek"), await office.refer()
    at_home = (await maria.get("/")).text
    assert journey.candidate in at_home
    assert "/registrera/check_in_recorded" in at_home
    assert other.candidate not in at_home
    assert (await recorded(maria, journey, "check_in_recorded")).status_code == 303
    assert office.ledger(journey)[-1].actor == "supervisor:maria.ek"
    closed = await maria.get(form_path(journey, "withdrawn"))
    assert closed.status_code == 403
    assert "samordnare" in unescape(closed.text)
    others = await maria.get(form_path(other, "check_in_recorded"))
    assert others.status_code == 403


@pytest.mark.parametrize(
    ("kind", "status"), [("referred", 422), ("deadline_passed", 422), ("corrected", 422), ("åäö'<script>", 422)]
)
async def test_a_kind_that_has_no_form_is_told_of(office: TestOffice, anna: Browsing, kind: str, status: int) -> None:
    page = await anna.get(form_path(await office.refer(), kind))
    assert page.status_code == status
    assert "<script>" not in page.text


async def test_odd_fields_change_nothing_else(office: TestOffice, journey: JourneyId, anna: Browsing) -> None:
    page = await anna.get(form_path(journey, "note_added"))
    odd = {"seen": "x", "event_id": "x", "actor": "manager:lena.strand", "kind": "withdrawn", "journey_id": "x"}
    stale = await anna.send(page, text='<b>"Åäö"</b> & så', **odd)
    assert stale.status_code == 409  # what was seen is not known any more
    assert (await sent(anna, await anna.send(stale))).status_code == 303
    last = office.ledger(journey)[-1]
    assert (last.kind, last.actor) == ("note_added", "coordinator:anna.berg")
    assert "<b>" not in stale.text


async def test_each_form_that_is_opened_is_written_down_as_read_once(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    await recorded(anna, journey, "check_in_recorded")
    assert [one.what for one in every_reading(office.engine, journey.candidate)] == ["journey"]


async def test_the_form_of_each_kind_opens(journey: JourneyId, anna: Browsing) -> None:
    for kind in KINDS:
        page = await anna.get(form_path(journey, kind))
        assert page.status_code == 200, kind
        assert Form(page.text).fields.keys() >= {"event_id", "seen", "effective_on"}, kind


async def test_who_declines_a_referral_reads_whose_word_it_is_and_what_the_candidates_is(
    office: TestOffice, anna: Browsing
) -> None:
    journey = await office.refer()
    page = await anna.get(form_path(journey, "referral_declined"))
    for shown in (page, await anna.send(page, reason="Inga platser")):
        assert "arbetsgivaren avböjer" in unescape(shown.text)
        assert "/registrera/withdrawn" in shown.text


async def test_the_reasons_for_an_end_that_are_usual_for_it_come_first(journey: JourneyId, anna: Browsing) -> None:
    for kind, first, later in (
        ("withdrawn", "own_wish", "referral_declined"),
        ("discontinued", "not_suitable", "own_wish"),
    ):
        text = (await anna.get(form_path(journey, kind))).text
        usual, others = text.split('<optgroup label="')[1:]
        assert f'value="{first}"' in usual
        assert f'value="{later}"' in others
        assert text.count("<option") - 1 == len(EndReason) - 1  # none of this programme ends as planned


@pytest.mark.parametrize("days", [1, 200])
async def test_what_is_to_come_is_not_recorded_yet_and_a_reminder_is_offered(
    office: TestOffice, journey: JourneyId, anna: Browsing, days: int
) -> None:
    before, day = kinds(office, journey), TODAY + timedelta(days=days)
    answer = await anna.send(await anna.get(form_path(journey, "paused")), effective_on=day, reason="Föräldraledig")
    assert answer.status_code == 422
    assert '<a href="#effective_on">' in answer.text
    assert "lägg in en påminnelse" in unescape(answer.text)
    assert kinds(office, journey) == before
    path = re.search(r'href="([^"]*/registrera/reminder_set[^"]*)"', answer.text)
    assert path is not None
    reminder = await anna.get(unescape(path[1]))
    assert Form(reminder.text).fields["remind_on"] == [str(day)]
    assert "Dag då det hände" not in unescape(reminder.text)


async def test_a_reminder_is_set_moved_and_done_by_what_it_is_about(
    office: TestOffice, journey: JourneyId, anna: Browsing
) -> None:
    none = await anna.get(form_path(journey, "reminder_done"))
    assert "reminder" not in Form(none.text).fields
    assert (await anna.send(none)).status_code == 422
    await recorded(anna, journey, "reminder_set", remind_on="i morgon", task="Ring om skorna")
    page = await anna.get(form_path(journey, "reminder_moved"))
    assert "Ring om skorna" in page.text
    [reminder] = Form(page.text).choices["reminder"]
    moved = await anna.send(page, reminder=reminder, remind_on=TODAY + timedelta(days=3))
    assert (await sent(anna, moved)).status_code == 303
    prefilled = await anna.get(f"{form_path(journey, 'reminder_done')}&reminder={reminder}")
    assert (await sent(anna, await anna.send(prefilled))).status_code == 303
    assert kinds(office, journey)[-3:] == ["reminder_set", "reminder_moved", "reminder_done"]


# Services that are away, and journeys with rules of their own


async def test_what_was_typed_comes_back_where_temporal_is_away_and_is_sent_once_it_answers(
    office: TestOffice, journey: JourneyId, anna: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = await anna.send(await anna.get(form_path(journey, "note_added")), text="Ringde")

    async def away(_application: Application) -> None:
        raise ServiceUnavailable("temporal.unavailable", "Temporal cannot be reached.")

    with monkeypatch.context() as patched:
        patched.setattr(Application, "journeys", away)
        answer = await anna.send(preview, "send")
    assert (answer.status_code, Form(answer.text).fields["text"]) == (503, ["Ringde"])
    assert 'role="alert"' in answer.text
    assert Form(answer.text).fields["event_id"] == Form(preview.text).fields["event_id"]
    assert (await sent(anna, await anna.send(answer))).status_code == 303
    assert kinds(office, journey).count("note_added") == 1


async def test_a_journey_that_cannot_be_foreseen_decides_itself_and_its_refusal_is_told(
    office: TestOffice, journey: JourneyId, anna: Browsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await anna.get(form_path(journey, "referral_accepted"))

    def with_older_rules(*about: Any) -> Preview | None:
        found = reckoned(*about)
        return found.model_copy(update={"by_other_rules": True}) if found else None

    monkeypatch.setattr(flow, "preview", with_older_rules)
    assert "Enligt dagens regler går det inte: " in unescape((await anna.send(page)).text)
    monkeypatch.setattr(flow, "preview", lambda *_: None)
    preview = await anna.send(page)
    assert "Vägen följer äldre regler" in unescape(preview.text)
    refused = await anna.send(preview, "send")
    assert refused.status_code == 409
    assert "Regeln kommer från" in unescape(refused.text)
    assert "/registrera/check_in_recorded?" in refused.text
    last = office.ledger(journey)[-1]
    assert (last.kind, last.receipt.accepted) == ("referral_accepted", False)
    assert Form(refused.text).fields["seen"] == [str(last.row)]


# A session that ends meanwhile


async def test_what_was_typed_while_the_session_ended_is_sent_after_signing_in_again(
    office: TestOffice, journey: JourneyId, anna: Browsing, browser_of: Callable[[str], Browsing]
) -> None:
    page = await anna.get(form_path(journey, "note_added"))
    anna.visitor.client.cookies = httpx2.Cookies()
    out = await anna.send(page, text="Ringde om fredag")
    assert (out.status_code, Form(out.text).fields["text"]) == (401, ["Ringde om fredag"])
    assert 'href="/logga-in"' in out.text
    anna.visitor.client.cookies = browser_of("anna.berg").visitor.client.cookies
    earlier = await anna.send(out)
    assert earlier.status_code == 403
    assert "note_added" not in kinds(office, journey)
    preview = await anna.send(earlier)
    assert "Ringde om fredag" in unescape(preview.text)
    assert (await sent(anna, preview)).status_code == 303
    assert kinds(office, journey)[-1] == "note_added"
