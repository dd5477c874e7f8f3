"""Reading mails that come in answer to letters: what counts as written, by whom, and what no person has written."""

from collections.abc import Iterable
from email.headerregistry import Address
from email.message import EmailMessage
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.letters.mails import MOST_TEXT, read_mail

NUMBER, OTHER = UUID("3a2bcaee-c210-5693-a2fb-c4ffa67c2e07"), UUID("11111111-2222-5333-8444-555555555555")
TO = (f"svar+{NUMBER}@employer.example",)
FROM = "sektionen@kommunal.example"


BELOW, OUR = "Det går bra.\nVi ringer.", "Hej,\nDet går bra.\n\nEva"


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
        (
            "Vi kan ta emot henne.\nFrån: måndag den 7 december\nTill: fredag\nHälsa henne det.",
            "Vi kan ta emot henne.\nFrån: måndag den 7 december\nTill: fredag\nHälsa henne det.",
        ),
        ("Passet:\nFrån: kl 8\nTill: kl 16\nDatum: 7 december", "Passet:\nFrån: kl 8\nTill: kl 16\nDatum: 7 december"),
        ("Den 3 mars 2026 skrev vi till er:\nRing.", "Den 3 mars 2026 skrev vi till er:\nRing."),
        ("Ja\n__________\nNej", "Ja\n__________\nNej"),
        ("Från: oss alla\nÄmne: passet", "Från: oss alla\nÄmne: passet"),
        ("Ja\n\nFrån: Hela vägen <s@e.example>\nSkickat: den 3 mars 2026\nTill: K\nÄmne: Brev\n\nHej,", "Ja"),
        ("Ja\n\nFrån: Hela vägen\nSkickat: den 3 mars 2026\nTill: K\nÄmne: Brev\n\nHej,", "Ja"),
        ("Ja\n\n*From:* Hela vägen <s@e.example>\n*Sent:* Tuesday\n*To:* K\n*Subject:* Letter\n\nHello", "Ja"),
        ("Ja\n\nFrån: Hela vägen <s@e.example>\nDatum: tisdag 3 mars 2026\nTill: K <k@e.example>\nHej,", "Ja"),
        ("Ja\n\nDen tis 3 mars 2026 kl 10:00 skrev Hela vägen <\nsvar+1@employer.example>:\n\n> Hej,", "Ja"),
        ("Ja\n\nOn Tue, 3 Mar 2026 at 10:00, Hela vägen <svar+1@employer.example>\nwrote:\n\n> Hello", "Ja"),
        ("Ja.\n\n> 3 mars 2026 kl. 10:00 skrev Hela vägen <s@e.example>:\n>\n> Hej,", "Ja."),
        ("Ja.\n\n3 mars 2026 kl. 10:00 skrev Hela vägen <s@e.example>:\n\nHej,\n\nKandidat: D9SP", "Ja."),
        ("Den 2026-03-03 kl. 10:00, skrev Hela vägen:\n> Hej,\n> Vi vill\n\nDet går bra.\n> Ring\nVi ringer.", BELOW),
        ("Den 7 mars går bra.\nDen 3 mars 2026 skrev Hela vägen <s@e.example>:\nHej", "Den 7 mars går bra."),
        (f"Hej,\nDet går bra.\n\nHej,\n\nPraktik\n\nBrevets nummer: {NUMBER}\n\nVänliga\nHela vägen\n\nEva", OUR),
        ("Ja\nMvh\nEva Berg\nTel: 070-174 06 05\neva@kommunal.example\nwww.kommunal.example", "Ja\nMvh\nEva Berg"),
        ("Ring 070-174 06 05:\n070-174 06 05", "Ring 070-174 06 05:\n070-174 06 05"),
        ("Ja\n\nSkickat från min iPhone", "Ja"),
        ("Ja\n\nHämta Outlook för iOS\n________________________________\nFrån: Hela vägen", "Ja"),
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


def test_what_stands_below_what_a_page_quotes_is_read() -> None:
    page = "<div>Den 3 mars 2026 skrev Hela vägen &lt;s@e.example&gt;:<blockquote>Hej</blockquote></div><p>Ja</p>"
    assert read(mail(page, kind="html")).text == "Ja"


def labelled(content: bytes, charset: str | None) -> bytes:
    """A mail of these bytes, said to be in an encoding."""
    kind = f'text/plain; charset="{charset}"' if charset else "text/plain"
    head = f"From: {FROM}\r\nMessage-ID: <1@x.example>\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit"
    return head.encode() + b"\r\n\r\n" + content


@pytest.mark.parametrize(
    ("text", "is_in", "said"),
    [
        ("Går det bra på fredag?", "latin-1", None),
        ("Går det bra på fredag?", "latin-1", "utf-8"),
        ("Går det bra på fredag?", "latin-1", "us-ascii"),
        ("Går det bra på fredag?", "utf-8", "iso-8859-1"),
        ("Går det bra på fredag?", "utf-8", None),
        ("Går det bra på fredag?", "mac_roman", None),
        ("bra – med “åtta” för 100 €", "cp1252", "iso-8859-1"),
        ("10 å", "utf-16", "utf-8"),
        ("10 å", "utf-16-le", "utf-8"),
        ("Går det bra?", "utf-16", "utf-16"),
    ],
)
def test_what_is_wrongly_said_to_be_in_an_encoding_is_read_as_lists_are(text: str, is_in: str, said: str) -> None:
    found = read(labelled(text.encode(is_in), said))
    assert (found.text, found.is_readable) == (text, True)


@pytest.mark.parametrize(
    ("content", "said"), [("åtta".encode("cp850"), None), ("G\ufffdr".encode(), "utf-8"), (b"\xff\xff\0\x81", "utf-8")]
)
def test_letters_that_cannot_be_told_are_nobodys_words(content: bytes, said: str | None) -> None:
    found = read(labelled(content, said))
    assert (found.text, found.is_readable, found.sender, found.numbers) == ("", False, FROM, (NUMBER,))


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
        {"Subject": "Frånvaromeddelande: Brev om kandidat"},
        {"Subject": "Frånvaro till 11 januari"},
        {"Subject": "Semester t.o.m. 11 januari"},
        {"Subject": "Out of the office: Letter"},
        {"Subject": "Automatiskt svar: Brev"},
        {"List_Id": "<list.example>"},
        {"X_Autoreply": "yes"},
    ],
)
def test_what_no_person_has_written_is_automatic(headers: dict[str, str]) -> None:
    assert read(mail(**headers)).is_automatic
    assert not read(mail(Subject="Re: Brev", Auto_Submitted="no")).is_automatic
    assert not read(mail(Subject="Sv: Frånvaro")).is_automatic


def test_words_that_a_program_may_have_sent_are_known_as_such() -> None:
    assert read(mail("Hej!\nTack för ditt mejl.\nJag är ledig till den 11 januari.")).may_be_automatic
    assert not read(mail("Vi tar emot. Jag är ledig på fredag.")).may_be_automatic


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


TOLD = f"Hi. This is qmail.\n--- Below is a copy.\nMessage-ID: <{OTHER}@employer.example>\nSubject: Brev\n"


@pytest.mark.parametrize(
    ("headers", "came_from", "came_back"),
    [
        ({"Subject": "Undeliverable: Försenat: Brev"}, "", True),
        ({"Subject": "failure notice"}, "<>", True),
        ({"Subject": "Brev om kandidat"}, "", True),
        ({"Subject": "Mail delivery failed", "Auto_Submitted": "auto-replied"}, "", True),
        ({"Subject": "Kunde inte levereras: Brev", "X_Failed_Recipients": FROM}, "postmaster@x.example", True),
        ({"Subject": "Re: Undeliverable: Brev"}, FROM, False),
        ({"Subject": "Frånvaro: Brev"}, "", False),
        ({"Subject": "Re: Brev", "Auto_Submitted": "auto-replied"}, "", False),
        ({"Subject": "Warning: message still being retried"}, "", False),
    ],
)
def test_a_letter_came_back_where_a_server_says_so_in_its_own_words(
    headers: dict[str, str], came_from: str, came_back: bool
) -> None:
    found = read(mail(TOLD, **headers), came_from=came_from, came_to=("svar@employer.example",))
    assert ((found.bounce is not None), found.numbers) == (came_back, (OTHER,) if came_back else ())


def with_files(text: str, *files: tuple[str, str, bytes], **more: str) -> bytes:
    """A mail with files: of each its name, kind and what stands in it."""
    made = EmailMessage()
    made["From"], made["Message-ID"] = FROM, "<1@kommunal.example>"
    made.set_content(text)
    for name, kind, content in files:
        main, sub = kind.split("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name, **more)  # type: ignore[arg-type]
    return made.as_bytes()


def test_what_is_attached_is_told_by_name_kind_and_size() -> None:
    content = with_files("Se bilagan.", ("Schema åter.pdf", "application/pdf", b"x" * 12_000), ("", "image/jpeg", b"x"))
    found = read(content)
    assert found.text == "Se bilagan."
    assert [str(one) for one in found.attachments] == ["Schema åter.pdf (PDF, 12 kB)", "– (JPG, 1 kB)"]


def test_a_text_with_a_name_of_its_own_is_a_file() -> None:
    found = read(with_files("Se filen.", ("lista.txt", "text/plain", b"Vi nekar"), disposition="inline"))
    assert (found.text, [one.kind for one in found.attachments]) == ("Se filen.", ["TXT"])


def test_what_programs_attach_is_nobodys_file() -> None:
    assert not read(with_files("Ja", ("smime.p7s", "application/pkcs7-signature", b"x"))).attachments
    logo = {"cid": "<logo>", "disposition": "inline"}
    assert not read(with_files("Ja", ("logo.png", "image/png", b"x"), **logo)).attachments
    assert read(with_files("", ("foto.png", "image/png", b"x"), **logo)).attachments


def test_what_stands_in_an_attached_mail_is_not_said_by_whoever_sends_it() -> None:
    made, other = EmailMessage(), EmailMessage()
    made["From"], made["Message-ID"] = FROM, "<1@kommunal.example>"
    other.set_content("Vi nekar")
    made.add_attachment(other)
    found = read(made.as_bytes())
    assert found.text == ""
    assert [one.kind for one in found.attachments] == ["EML"]


def test_words_above_and_below_a_file_are_read() -> None:
    words = 'Content-Type: text/plain; charset="utf-8"\n\n'
    file = "Content-Type: application/pdf\nContent-Disposition: inline; filename=a.pdf\n\nx"
    head = f"From: {FROM}\nMessage-ID: <1@x.example>\nContent-Type: multipart/mixed; boundary=b\n\n"
    content = f"{head}--b\n{words}Se bilagan.\n--b\n{file}\n--b\n{words}Ring mig.\n--b--"
    found = read(content.encode())
    assert (found.text, [one.name for one in found.attachments]) == ("Se bilagan.\n\nRing mig.", ["a.pdf"])


def test_the_same_mail_is_the_same_however_it_comes_and_another_is_another() -> None:
    one = mail("Ja")
    assert read(b"Received: from relay.example\r\n" + one).id == read(one).id
    assert read(mail("Nej")).id != read(one).id


@pytest.mark.parametrize(
    ("text", "merely"),
    [
        ("Mottaget, tack!", True),
        ("", True),
        ("Ok", False),
        ("Vi nekar", False),
        ("Tack!\n\nMed vänlig hälsning\nEva Berg\nOmbudsman, Kommunal Öst\n070-174 06 05", True),
        ("Tack så mycket!\nMvh Eva", True),
        ("Tack!\nMvh Eva\nOBS inte på fredag", False),
        ("Tack!\nMvh Eva\nFinns det mer?", False),
        ("Vi nekar\nMvh\nEva", False),
    ],
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


@pytest.mark.parametrize(
    "text",
    [
        "Ja.\n" + " \n" * 24_000,
        "Ja.\nHej,\n" + "\n" * 45_000,
        "Ja.\nHälsningar\n" + " " * 45_000 + "x",
        "Ja.\nHälsningar\n" + "1 " * 20_000 + "x",
        "Ja.\nHälsningar\n" + "a@" * 20_000,
        "Ja.\n" + "Från: a\n" * 6_000,
    ],
    ids=["blank lines", "a greeting", "a wide line", "a number without end", "an address without end", "heads"],
)
def test_a_mail_that_is_made_to_take_long_is_read_in_one_pass(text: str) -> None:
    """It would take half a minute, or years."""
    assert read(mail(text)).text.startswith("Ja.")


def test_of_a_mail_of_many_parts_so_many_characters_are_looked_at_in_all() -> None:
    many = EmailMessage()
    many.make_mixed()
    for number in range(50):
        many.attach(part := EmailMessage())
        part.set_content(f"Del {number}.\n" + "x" * 4_990)
    assert 0 <= len(read(many.as_bytes()).text) - MOST_TEXT < 100
