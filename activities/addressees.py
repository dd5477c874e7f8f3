"""Whom a notice reaches today: partners as `partners.toml` has them, the employer's own as the register has them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from activities.authority import Authority
from activities.background import background
from activities.delivery import DeliveryFailed, DeliveryRefused, NobodyWritten
from activities.letterhead import Audience, Letterhead
from activities.letterheads import Names, letterhead
from activities.links import Links
from activities.recording_checks import Directory, PartnersUnread
from models.access.charge import LOOK_AFTER, InCharge, ever_in_charge, is_staff, whom_to_tell
from models.access.register import Register
from models.access.statements import StaffEntered
from models.partners.notice import ALL, Notice, disclosed_to
from models.partners.partner import CANDIDATE, Channel, Partner, Recipient, is_email_address
from models.stages import ENDED_STAGES
from models.state.recipients import MANAGER

WITH_A_DESK = frozenset({Audience.STAFF, Audience.COURIER})
"""Who reads of candidates at the desk."""


class Addressees:
    """Looks up who a notice goes to, when it is sent."""

    def __init__(
        self, directory: Directory, authority: Authority, names: Names, links: Links | None = None, desk: str = ""
    ) -> None:
        """Without `links` no letter carries one; without the address of the `desk` none leads there."""
        self._directory = directory
        self._authority = authority
        self._names = names
        self._links = links
        self._desk = desk.rstrip("/") or None

    def find(self, session: Session, notice: Notice, at: datetime) -> Sequence[Recipient]:
        """Who gets the notice at a moment, by each way in which they are told. Raises DeliveryRefused where that is
        nobody, NobodyWritten where it is one who looks after the candidate and has no address, and DeliveryFailed where
        the partners cannot be looked up."""
        partner = self._partner(notice)
        return partner.ways if partner is not None else (self._by_mail(session, notice, at),)

    def head(self, session: Session, notice: Notice, to: Recipient, at: datetime) -> Letterhead:
        """What stands in a letter to somebody beside its notice at a moment. Raises DeliveryFailed as `find` does."""
        partner = self._partner(notice)
        may_learn = disclosed_to(partner) if partner is not None else ALL
        journey = background(session, self._authority, notice.journey_id).journey
        audience = Audience.PARTNER if partner is not None else self._of_staff(session, notice, journey, at)
        head = letterhead(session, self._authority, self._names, notice, to, audience, may_learn, at)
        goes_on = journey is not None and journey.stage not in ENDED_STAGES
        return replace(
            head,
            is_answerable=audience is Audience.PARTNER or (audience is Audience.LOOKS_AFTER and goes_on),
            desk=self._desk if audience in WITH_A_DESK else None,
        )

    def with_link(self, head: Letterhead, notice: Notice, to: Recipient, at: datetime) -> Letterhead:
        """The same with the link by which a mail may be answered, where it may. The link is written down."""
        if self._links is None or to.channel is not Channel.EMAIL or not head.is_answerable:
            return head
        to_the_end = head.audience is Audience.LOOKS_AFTER
        return replace(head, link=self._links.of(notice, to, at, to_the_end=to_the_end))

    def _of_staff(self, session: Session, notice: Notice, journey: Any, at: datetime) -> Audience:
        """Which of the staff a letter is for: whoever looks after an intern has a page of their own."""
        if notice.recipient == CANDIDATE:
            return Audience.COURIER
        if journey is None or notice.recipient in (MANAGER, journey.coordinator):
            return Audience.STAFF
        roles = {one.role for one in self._authority.register(session).assignments(notice.recipient, at)}
        return Audience.LOOKS_AFTER if roles & set(LOOK_AFTER) else Audience.STAFF

    def _partner(self, notice: Notice) -> Partner | None:
        try:
            return self._directory.find(notice.recipient)
        except PartnersUnread as error:
            raise DeliveryFailed(str(error)) from None

    def _by_mail(self, session: Session, notice: Notice, at: datetime) -> Recipient:
        register = self._authority.register(session)
        person = self._reader(session, register, notice, at)
        if is_email_address(person.email or ""):
            return Recipient(
                id=person.person,
                name=person.name,
                channel=Channel.EMAIL,
                address=person.email or "",
                language=person.language,
            )
        missing = f"{person.person} has no mail address in the register of staff"
        if person.person in ever_in_charge(register):
            raise DeliveryRefused(f"{missing}; add it and send again")
        raise NobodyWritten(f"{missing}; call them, or add it and send again")

    def _reader(self, session: Session, register: Register, notice: Notice, at: datetime) -> StaffEntered:
        if not is_staff(register, notice.recipient):
            raise DeliveryRefused(f"{notice.recipient} is not in programmes/partners.toml; add it and send again")
        journey = background(session, self._authority, notice.journey_id).journey
        town, coordinator = (None, None) if journey is None else (journey.site, journey.coordinator)
        recipient = coordinator if notice.recipient == CANDIDATE and coordinator else notice.recipient
        charge = InCharge(notice.journey_id, notice.programme, town, coordinator)
        person = whom_to_tell(register, recipient, charge, at)
        if person is None:
            raise DeliveryRefused(
                f"nobody is in charge of {notice.programme}; give somebody the role of its manager and send again"
            )
        return person
