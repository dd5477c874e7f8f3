"""One-time links: made as a letter is sent, kept as a hash, and good for so many days."""

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from threading import Lock
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from activities.letterhead import Link
from models.calendar.swedish_day import day_in_sweden, end_of_day
from models.partners.notice import Notice
from models.partners.partner import Recipient
from models.tables.links import LinkRow

TOKEN_BYTES = 24
"""192 bits: nobody guesses one in the lifetime of anything, and the address still fits into a line of a mail."""

PATH = "/brev/"
"""Under which the page of a letter is found; the token follows."""

AFTER_ITS_DAY = timedelta(days=7)
"""A link lasts at least this long after the day by which something is asked for: who is late may still answer."""

KEPT_FOR = timedelta(days=1)
"""A letter that is tried again and again carries one link, as long as this worker remembers it."""

MOST_KEPT = 10_000


def hash_of_token(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Links:
    """Makes links below a public base address such as `https://svar.employer.example`."""

    def __init__(self, engine: Engine, base: str, draw: Callable[[], str] = lambda: token_urlsafe(TOKEN_BYTES)) -> None:
        self._engine = engine
        self._base = base.rstrip("/")
        self._draw = draw
        self._made: TTLCache[tuple[UUID, str], Link] = TTLCache(MOST_KEPT, KEPT_FOR.total_seconds())
        self._lock = Lock()

    def of(self, notice: Notice, to: Recipient, at: datetime, *, to_the_end: bool = False) -> Link:
        """The link for a letter to somebody, which lasts `to_the_end` of what the letter tells of where its reader
        looks after the candidate until then. Safe to repeat: a letter that is sent again carries the same one, or
        another that counts as well."""
        with self._lock:
            made = self._made.get((notice.notice_id, to.id))
        if made is not None:
            return made
        token, until = self._draw(), _last_day(notice, to, at, to_the_end=to_the_end)
        row = LinkRow(token=hash_of_token(token), notice_id=notice.notice_id, journey_id=notice.journey_id)
        row.recipient, row.made_at, row.expires_at = to.id, at, end_of_day(until)
        with Session(self._engine) as session, session.begin():
            session.add(row)
        link = Link(f"{self._base}{PATH}{token}", until)
        with self._lock:
            self._made[(notice.notice_id, to.id)] = link
        return link


def _last_day(notice: Notice, to: Recipient, at: datetime, *, to_the_end: bool) -> date:
    days = [day_in_sweden(at) + timedelta(days=to.link_days)]
    for name in ("due_on", "answer_by", *(("ends_on",) if to_the_end else ())):
        if name in notice.details:
            days.append(date.fromisoformat(notice.details[name]) + AFTER_ITS_DAY)
    return max(days)
