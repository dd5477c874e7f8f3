"""Notices and those who get them, for tests of the channels and of the inboxes that stand in for them."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from models.partners.notice import Notice
from models.partners.partner import Partner
from models.stages import Stage

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
"""A webhook secret, from the example of Standard Webhooks."""

NOTICE: dict[str, Any] = {
    "notice_id": UUID(int=0xABC),
    "journey_id": "journey/K7Q29FMXB/easy_jobs",
    "candidate": "K7Q29FMXB",
    "programme": "easy_jobs",
    "event_id": UUID(int=2),
    "kind": "internship_agreed",
    "stage": Stage.INTERNSHIP,
    "effective_on": date(2026, 3, 4),
    "recorded_at": datetime(2026, 3, 5, 9, 30, 15, tzinfo=UTC),
    "recipient": "af",
    "details": {"position": "vaktmästare"},
}
PARTNER: dict[str, Any] = {
    "id": "af",
    "name": "Arbetsförmedlingen",
    "kind": "agency",
    "channel": "webhook",
    "address": "https://intake.example/",
}


def notice(**changes: Any) -> Notice:
    return Notice.model_validate(NOTICE | changes)


def partner(**changes: Any) -> Partner:
    return Partner.model_validate(PARTNER | changes)


def everything_told(error: BaseException) -> str:
    """What the error and those before it say: all of it goes into the history of a workflow."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{error!r} {everything_told(before) if before else ''}"
