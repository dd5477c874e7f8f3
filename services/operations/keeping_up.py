"""A worker keeps up with what operators change while it runs: partners, positions, towns, programmes, secrets."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.exc import SQLAlchemyError

from activities.language import said
from activities.measures import Measures
from activities.recording_checks import Directory
from activities.webhook_channel import WebhookChannel
from models.message import InvalidValue
from models.programme.position import Position
from runtime.rulebook.kept import KeptBook

LOGGER = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds. What has changed, and looks the same at the next look, is taken up: ten seconds after it was saved."""


class KeepsUp:
    """Looks at the folders again and again, and hands on what has changed to those who go by it.

    `offer` writes positions into the database. Raises SQLAlchemyError, and then they are offered again at the
    next look. `secrets` reads the webhook secrets. Raises OSError and UnicodeDecodeError. `changed` is called once
    files were taken up.
    """

    def __init__(
        self,
        kept: KeptBook,
        directory: Directory,
        webhooks: WebhookChannel,
        measures: Measures,
        offer: Callable[[Sequence[Position]], None],
        secrets: Callable[[], Mapping[str, str]],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._kept = kept
        self._directory = directory
        self._webhooks = webhooks
        self._measures = measures
        self._offer = offer
        self._secrets = secrets
        self._changed = changed
        self._offered = kept.positions
        self._seen = self._signed_with = self._read_secrets()
        self._show()

    async def run(self) -> None:
        """Look until it is cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            await asyncio.to_thread(self.look)

    def look(self) -> None:
        """Take up what has changed and stands still."""
        try:
            if self._kept.look():
                self._directory.know(self._kept.partners)
                self._show()
                self._changed()
            self._offer_positions()
        except OSError as error:
            LOGGER.warning("the folder of programmes cannot be read: %s", type(error).__name__)
        self._take_up_secrets()

    def _offer_positions(self) -> None:
        if self._kept.positions is None or self._kept.positions == self._offered:
            return
        try:
            self._offer(self._kept.positions)
        except SQLAlchemyError as error:
            LOGGER.warning("the positions are not taken up yet: %s", type(error).__name__)
        else:
            self._offered = self._kept.positions

    def _take_up_secrets(self) -> None:
        secrets = self._read_secrets()
        is_settled, self._seen = secrets == self._seen, secrets
        if secrets is None or not is_settled or secrets == self._signed_with:
            return
        self._signed_with = secrets
        try:
            self._webhooks.sign_with(secrets)
        except InvalidValue as error:
            LOGGER.warning("the webhook secrets stay as they were: %s", said(error.message, "en"))

    def _read_secrets(self) -> Mapping[str, str] | None:
        try:
            return self._secrets()
        except (OSError, UnicodeDecodeError) as error:
            LOGGER.warning("the webhook secrets cannot be read: %s", type(error).__name__)
            return None

    def _show(self) -> None:
        self._measures.set_aside(self._kept.files)
