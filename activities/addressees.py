"""Whom a notice reaches today: partners as `partners.toml` has them, the employer's own as the register has them."""

from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from activities.announce import DeliveryFailed, DeliveryRefused
from activities.authority import Authority
from activities.recording_checks import Directory, PartnersUnread
from models.access.charge import is_staff, whom_to_tell
from models.access.statements import StaffEntered
from models.partners.notice import Notice
from models.partners.partner import Channel, Recipient, is_email_address
from models.tables.journeys import JourneyRow


class Addressees:
    """Looks up who a notice goes to, when it is sent."""

    def __init__(self, engine: Engine, directory: Directory, authority: Authority) -> None:
        self._engine = engine
        self._directory = directory
        self._authority = authority

    def find(self, notice: Notice, at: datetime) -> Recipient:
        """Who gets the notice at a moment. Raises DeliveryRefused where that is nobody, and DeliveryFailed where the
        partners cannot be looked up."""
        try:
            partner = self._directory.find(notice.recipient)
        except PartnersUnread as error:
            raise DeliveryFailed(str(error)) from None
        return partner if partner is not None else _by_mail(self._in_charge(notice, at))

    def _in_charge(self, notice: Notice, at: datetime) -> StaffEntered:
        with Session(self._engine) as session:
            register = self._authority.register(session)
            if not is_staff(register, notice.recipient):
                raise DeliveryRefused(f"{notice.recipient} is not in programmes/partners.toml; add it and send again")
            town = session.scalar(select(JourneyRow.site).where(JourneyRow.journey_id == notice.journey_id))
        person = whom_to_tell(register, notice.recipient, notice.programme, town, at)
        if person is None:
            raise DeliveryRefused(
                f"nobody is in charge of {notice.programme}; give somebody the role of its manager and send again"
            )
        return person


def _by_mail(person: StaffEntered) -> Recipient:
    if not is_email_address(person.email or ""):
        raise DeliveryRefused(f"{person.person} has no mail address in the register of staff; add it and send again")
    return Recipient(
        id=person.person,
        name=person.name,
        channel=Channel.EMAIL,
        address=person.email or "",
        language=person.language,
    )
