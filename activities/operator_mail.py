"""Mail to whoever operates the system, in plain text: about the system, never about a candidate."""

from uuid import UUID

from activities.email_channel import EmailChannel
from activities.language import Language


class OperatorMail:
    """Sends to one address, in one language."""

    def __init__(self, channel: EmailChannel, address: str, language: Language) -> None:
        self._channel = channel
        self._address = address
        self.language = language

    async def send(self, message_id: UUID, subject: str, text: str) -> None:
        """Send a mail, known by its id however often it is sent. Raises DeliveryFailed or DeliveryRefused."""
        await self._channel.post(self._address, message_id, subject, text, self.language)
