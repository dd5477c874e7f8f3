"""Partners and notices: what they refuse to hold."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.identifiers import CandidateNumber
from models.partners.notice import Notice
from models.partners.partner import Channel, Partner, PartnerKind, is_email_address, is_web_address
from models.stages import Stage


def partner(**changes: Any) -> Partner:
    fields = {
        "id": "kommunal",
        "name": "Kommunal, sektionen",
        "kind": "union",
        "channel": "email",
        "address": "sektionen@kommunal.example",
    }
    return Partner.model_validate(fields | changes)


def notice(**changes: Any) -> Notice:
    fields = {
        "notice_id": UUID(int=1),
        "journey_id": "journey/K7Q29FMXB/easy_jobs",
        "candidate": "K7Q29FMXB",
        "programme": "easy_jobs",
        "event_id": UUID(int=2),
        "kind": "referred",
        "stage": Stage.REFERRAL,
        "effective_on": date(2026, 3, 4),
        "recorded_at": datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
        "recipient": "kommunal",
        "details": {},
    }
    return Notice.model_validate(fields | changes)


def test_a_partner_is_written_to_in_swedish_unless_it_asks_for_english() -> None:
    assert partner().language == "sv"
    assert partner(language="en").language == "en"


@pytest.mark.parametrize(
    "address",
    ["sektionen@kommunal.example", "a@localhost", "fornamn.efternamn+praktik@xn--malm-8qa.example", "o'hara@a-b.se"],
)
def test_an_email_address_is_known_as_one(address: str) -> None:
    assert partner(address=address).address == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "kommunal.example", "@kommunal.example", "a@", "a@b@c.se", "a b@c.se", "a@b c.se", "a@-b.se", "a@b-.se"),
        *("a@b..se", ".a@b.se", "a.@b.se", "a..b@c.se", "Anna <a@b.se>", "a@b.se, c@d.se", "å@b.se", "a@malmö.se"),
        *("a@b.se\n", "a@b.se\nBcc: c@d.se", "a\x00@b.se", f"{'a' * 65}@b.se", f"a@{'b.' * 130}se", "https://b.se"),
    ],
)
def test_what_is_no_email_address_is_refused_on_the_channel_email(address: str) -> None:
    with pytest.raises(ValidationError, match=r"partner\.no_email_address partner=kommunal"):
        partner(address=address)


@pytest.mark.parametrize(
    "address",
    [
        "https://intake.example/hela-vagen?key=1",
        "http://127.0.0.1:8080/",
        "http://[::1]:8080/x",
        "HTTPS://a.example",
        "http://mail_inbox:8080",
    ],
)
def test_a_web_address_is_known_as_one(address: str) -> None:
    assert partner(channel="webhook", address=address).channel is Channel.WEBHOOK


@pytest.mark.parametrize(
    "address",
    [
        *("", "intake.example", "//intake.example", "https://", "https:///x", "ftp://a.example", "file:///etc/passwd"),
        *("https://user:word@a.example", "https://@a.example", "https://a.example#part", "https://a.example/ x"),
        *("https://a.example:0", "https://a.example:99999", "https://a.example:x", "https://[::1", "https://malmö.se"),
        *("https://a..se", "https://-a.se", "https://a_.se", "https://.", f"https://{'a' * 64}.se", "https://a%00.se"),
        *("https://a.example\n", "https://a\r\nb.example", "javascript:alert(1)", "a@b.se"),
    ],
)
def test_what_is_no_web_address_is_refused_on_the_channel_webhook(address: str) -> None:
    with pytest.raises(ValidationError, match=r"partner\.no_web_address partner=kommunal"):
        partner(channel="webhook", address=address)


@given(st.text())
def test_asking_whether_a_text_is_an_address_never_fails(text: str) -> None:
    assert is_email_address(text) in (True, False)
    assert is_web_address("http://" + text) in (True, False)


@pytest.mark.parametrize(
    "name", ["", "  ", "Kommunal\nBcc: a@b.se", "a\rb", "a\x00b", "a\u2028b", "a\u202eb", "a" * 201]
)
def test_a_name_that_would_break_the_head_of_a_mail_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="name"):
        partner(name=name)


def test_every_kind_of_partner_in_the_domain_can_be_registered() -> None:
    assert {partner(kind=kind).kind for kind in PartnerKind} == set(PartnerKind)
    with pytest.raises(ValidationError, match="kind"):
        partner(kind="newspaper")


def test_a_notice_comes_back_from_json_as_it_went_in() -> None:
    sent = notice(stage=None, details={"due_on": "2026-04-01"})

    assert Notice.model_validate_json(sent.model_dump_json()) == sent


def test_a_notice_cannot_be_changed_once_made() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        notice().candidate = CandidateNumber("C4ZEYN7RB")  # type: ignore[misc]


@pytest.mark.parametrize("candidate", ["", "Anna Berg", "K-1\nBcc: a@b.se", "K" * 65])
def test_a_notice_knows_a_candidate_by_number_only(candidate: str) -> None:
    with pytest.raises(ValidationError, match="candidate"):
        notice(candidate=candidate)


def test_a_notice_refuses_a_moment_without_a_time_zone() -> None:
    with pytest.raises(ValidationError, match="recorded_at"):
        notice(recorded_at=datetime(2026, 3, 5, 9, 30))  # noqa: DTZ001 - the very thing that is refused


@pytest.mark.parametrize(
    "changes",
    [
        {"also_by_mail": "forhandling@kommunal.example"},
        {"channel": "webhook", "address": "https://intake.example/", "also_by_mail": "nobody"},
    ],
    ids=["beside a mail", "no address"],
)
def test_a_mail_comes_beside_a_webhook_and_to_an_address(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="also_by_mail"):
        partner(**changes)


def test_who_wants_both_is_told_in_both_ways() -> None:
    both = partner(channel="webhook", address="https://intake.example/", also_by_mail="forhandling@kommunal.example")
    assert [(way.id, way.channel, way.address) for way in both.ways] == [
        ("kommunal", Channel.WEBHOOK, "https://intake.example/"),
        ("kommunal", Channel.EMAIL, "forhandling@kommunal.example"),
    ]
    assert len(partner().ways) == 1
