"""Reading mails that come in answer to letters: what counts as written, by whom, and what no person has written."""

from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.letters.mails import read_mail

NUMBER, OTHER = UUID("3a2bcaee-c210-5693-a2fb-c4ffa67c2e07"), UUID("11111111-2222-5333-8444-555555555555")
TO = (f"svar+{NUMBER}@employer.example",)
FROM = "sektionen@kommunal.example"


def mail(text: str = "Mottaget", kind: str = "plain", charset: str = "utf-8", **headers: str) -> bytes:
    """A reply, with these headers; an underscore stands for a hyphen."""
    made = EmailMessage()
    made["From"] = f"Sektionen <{FROM}>"
    made["Message-ID"] = "<1@kommunal.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text, subtype=kind, charset=charset)
    return made.as_bytes()


def read(content: bytes, came_from: str = FROM, came_to: Iterable[str] = TO):  # type: ignore[no-untyped-def]
    return read_mail(content, came_from, tuple(came_to))


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Vi vill förhandla.\n\nDen 3 mars 2026 skrev Hela vägen <x@y.example>:\n> Hej,", "Vi vill förhandla."),
        ("Ja\r\n\r\n-----Ursprungligt meddelande-----\r\nFrån: Hela vägen\r\nHej", "Ja"),
        ("No objection\n\nOn Tue, 3 Mar 2026 at 10:00, Hela vägen wrote:\n\n> Hello", "No objection"),
        ("Ring mig\n-- \nEva, Kommunal", "Ring mig"),
        ("Hej\n\n________________________________\nFrån: Hela vägen\n", "Hej"),
        ("> bara citat\n> mer", ""),
        ("a\x00b\u202ec", "a\ufffdb\ufffdc"),
    ],
)
def test_what_somebody_has_written_is_told_from_what_they_quote(text: str, own: str) -> None:
    assert read(mail(text)).text == own


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8"])
def test_text_in_any_encoding_is_read(charset: str) -> None:
    assert read(mail("Vi är överens", charset=charset)).text == "Vi är överens"


def test_a_mail_of_html_alone_is_read_without_what_it_quotes_or_hides() -> None:
    page = "<style>p{}</style><p>Vi ses&nbsp;torsdag</p><script>x</script><blockquote>Hej</blockquote>"
    assert read(mail(page, kind="html")).text == "Vi ses torsdag"
    outlook = '<div>Bra</div><div id="divRplyFwdMsg">Från: Hela vägen</div>'
    assert read(mail(outlook, kind="html")).text == "Bra"


def test_an_unknown_encoding_loses_nothing() -> None:
    broken = mail("Hej").replace(b'charset="utf-8"', b'charset="klingon"')
    assert read(broken).text == "Hej"


def test_the_letter_is_known_by_the_address_then_by_what_the_mail_answers() -> None:
    headers = {"In_Reply_To": f"<{OTHER}@employer.example>"}
    assert read(mail(**headers)).numbers == (NUMBER, OTHER)
    assert read(
        mail(References=f"<x@y.example> <{OTHER}@employer.example>"), came_to=("svar@employer.example",)
    ).numbers == (OTHER,)
    assert read(mail(), came_to=("svar@employer.example",)).numbers == ()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied; owner-email=x"},
        {"Precedence": "bulk"},
        {"Subject": "Autosvar: Brev om kandidat"},
        {"Subject": "Automatic reply: letter"},
        {"List_Id": "<list.example>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_no_person_has_written_is_automatic(headers: dict[str, str]) -> None:
    assert read(mail(**headers)).is_automatic
    assert not read(mail(Subject="Re: Brev", Auto_Submitted="no")).is_automatic


def test_a_mail_from_nobody_is_automatic() -> None:
    assert read(mail(), came_from="").is_automatic


REPORT = """From: MAILER-DAEMON@kommunal.example
Message-ID: <report@kommunal.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Your mail could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kommunal.example

Final-Recipient: rfc822; sektionen@kommunal.example
Action: {action}
Status: {status}

--b
Content-Type: {kind}

Message-ID: <{number}@employer.example>
Subject: Brev

--b--
"""


def bounce(action: str = "failed", status: str = "5.1.1", kind: str = "message/rfc822") -> bytes:
    """A report of a mail server (RFC 3464) on a letter."""
    return REPORT.format(action=action, status=status, kind=kind, number=OTHER).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_report_that_a_letter_did_not_arrive_names_the_letter(kind: str) -> None:
    found = read(bounce(kind=kind), came_from="", came_to=("svar@employer.example",))
    assert found.bounce is not None
    assert (found.bounce.status, found.numbers) == ("5.1.1", (OTHER,))
    assert read(bounce(action="delayed"), came_from="").bounce is None


def test_the_same_mail_is_the_same_however_it_comes_and_another_is_another() -> None:
    one = mail("Ja")
    assert read(b"Received: from relay.example\r\n" + one).id == read(one).id
    assert read(mail("Nej")).id != read(one).id


@pytest.mark.parametrize(
    ("text", "merely"), [("Mottaget, tack!", True), ("", True), ("Ok", False), ("Vi nekar", False)]
)
def test_a_mere_confirmation_is_told_from_all_else(text: str, merely: bool) -> None:
    assert read(mail(text)).is_mere_thanks is merely


@pytest.mark.parametrize("name", ["Språkvännerna, ideell förening", "Kommunal, sektionen", "Åsa <a@b.example>"])
def test_whom_a_mail_is_from_is_read_whatever_stands_in_the_name(name: str) -> None:
    made = EmailMessage()
    made["From"] = Address(name, addr_spec=FROM)
    assert read(made.as_bytes()).sender == FROM


def test_a_forged_or_unwanted_mail_is_known_by_what_our_own_servers_say_of_it() -> None:
    assert read(mail(Authentication_Results="mx.employer.example; dmarc=fail header.from=x")).is_forged
    assert read(mail(X_Spam_Flag="YES")).is_spam


HEADS = st.sampled_from(
    [
        "From: =?klingon?q?x?= <a@b>",
        "Message-ID: <\x00>",
        "Content-Type: multipart/mixed",
        "In-Reply-To: <" + "a" * 99,
        'Content-Type: text/plain; charset="\xff"',
        "Content-Transfer-Encoding: base64",
        "Subject: =?utf-8?b?!!!?=",
        "Content-Type: multipart/report; boundary=b",
        "Content-Type: message/rfc822",
        "References: \x80",
    ]
)


@given(st.lists(HEADS, max_size=6), st.binary(max_size=200))
def test_nothing_that_can_be_sent_keeps_a_mail_from_being_taken(heads: list[str], body: bytes) -> None:
    content = "\r\n".join(heads).encode("latin-1", "replace") + b"\r\n\r\n" + body
    found = read(content)
    assert len(found.id) == 64
    assert found.numbers[0] == NUMBER


def test_a_mail_nested_without_end_is_kept_and_not_read() -> None:
    content = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3_000))
    assert read(content).numbers == (NUMBER,)
