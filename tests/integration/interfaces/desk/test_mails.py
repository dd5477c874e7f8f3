"""Replies by mail that somebody must look at, on the desk."""

from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables.links import MailActRow
from tests.support.desk_pages import Browsing
from tests.support.kept_mails import keep_mail
from tests.support.office import TestOffice

PATH, ID = "/svar-pa-brev", "a" * 64


async def test_a_manager_opens_a_reply_that_answers_no_letter_and_settles_it(
    office: TestOffice, anna: Browsing, browser_of: Callable[[str], Browsing]
) -> None:
    keep_mail(office.engine, ID)
    lena = browser_of("lena.strand")
    assert PATH in (await lena.get("/")).text
    page = await lena.get(PATH)
    assert ("nagon@annan.example" in page.text, ID in page.text) == (False, True)
    assert ID not in (await anna.get(PATH)).text
    opened = await lena.send(page)
    assert "nagon@annan.example" in opened.text
    assert "Vem &lt;b&gt;svarar&lt;/b&gt;?" in opened.text
    assert (await lena.send(opened, outcome="")).status_code == 422
    assert (await lena.send(opened, outcome="called")).status_code == 303
    assert ID not in (await lena.get(PATH)).text
    with Session(office.engine) as session:
        acts = session.scalars(select(MailActRow.what).where(MailActRow.mail_id == ID).order_by(MailActRow.number))
        assert acts.all() == ["read", "read", "called"]  # what is shown again is read again


async def test_what_is_attached_to_a_reply_is_named(office: TestOffice, browser_of: Callable[[str], Browsing]) -> None:
    reply = EmailMessage()
    reply["From"] = "nagon@annan.example"
    reply.add_attachment(b"x" * 2_000, maintype="application", subtype="pdf", filename="<b>schema.pdf")
    keep_mail(office.engine, "b" * 64, reply.as_bytes())
    lena = browser_of("lena.strand")
    opened = await lena.send(await lena.get(PATH))
    assert "&lt;b&gt;schema.pdf (PDF, 2 kB)" in opened.text
