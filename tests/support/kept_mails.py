"""Replies by mail that answer no letter, as the gateway keeps them."""

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.sealing import MAILS, sealer_on
from activities.seals import place_of
from models.tables.links import ReceivedMailRow
from services.letters.taken import Taken

CONTENT = b"From: Nagon <nagon@annan.example>\r\n\r\nVem <b>svarar</b>?"


def keep_mail(engine: Engine, id: str, content: bytes = CONTENT) -> None:
    """Keep such a mail, sealed as all are."""
    row = ReceivedMailRow(id=id, what=Taken.UNBOUND, received_at=datetime.now(UTC))
    row.contents = sealer_on(engine).of(MAILS).seal(place_of("received_mails", id), content)
    with Session(engine) as session, session.begin():
        session.add(row)
