"""The ways out that the settings name: the mail server, the partners' own systems, and where these may be."""

import ssl
from collections.abc import Callable
from datetime import datetime

from activities.announce import Sender
from activities.email_channel import EmailChannel
from activities.outgoing import NO_HOST, Outgoing, Registered
from activities.tls import trusting
from activities.webhook_channel import WebhookChannel
from models.message import InvalidValue, Message, msg
from models.partners.partner import Channel, is_email_address
from runtime.errors import UsageError
from runtime.settings import Settings


def tls_of(settings: Settings) -> ssl.SSLContext:
    """The client's side of TLS, for webhooks and mail. Raises UsageError where the bundle of authorities is none."""
    try:
        return trusting(settings.ca_bundle)
    except OSError as error:
        raise UsageError(
            "settings.ca_bundle",
            "HELAVAGEN_CA_BUNDLE is not a file of certificates in PEM that can be read: {file}.",
            file=settings.ca_bundle,
        ) from error


def mail_of(settings: Settings, tls: ssl.SSLContext | None = None) -> EmailChannel:
    """The mail server that the settings name. Connects to nothing yet. Raises UsageError."""
    if settings.operator_mail and not is_email_address(settings.operator_mail):
        raise UsageError(
            "settings.operator_mail",
            "HELAVAGEN_OPERATOR_MAIL must be an e-mail address such as drift@example.org, or unset.",
        )
    if settings.replies_to and not is_email_address(settings.replies_to):
        raise UsageError(
            "settings.replies_to",
            "HELAVAGEN_REPLIES_TO must be an e-mail address such as svar@example.org, or unset.",
        )
    try:
        return EmailChannel(
            settings.smtp_host,
            settings.smtp_port,
            settings.mail_from,
            username=settings.smtp_user,
            password=settings.smtp_password,
            tls=settings.smtp_tls,
            context=tls,
            replies_to=settings.replies_to or None,
        )
    except InvalidValue as error:
        raise UsageError(
            "settings.mail", "The settings of outgoing mail cannot be used: {why}.", why=error.message
        ) from error


def outgoing_of(settings: Settings, tls: ssl.SSLContext) -> Outgoing:
    """Where webhooks may go. What catches them all is the operator's own, and thereby registered. Raises UsageError."""
    own = (*settings.internal_hosts.split(","), settings.webhook_catch_all or "")
    try:
        return Outgoing(Registered.of(*filter(None, map(str.strip, own))), tls)
    except InvalidValue as error:
        raise _wrong_webhooks(error.message) from error
    except ValueError as error:  # no address at all
        raise _wrong_webhooks(NO_HOST) from error


def senders_of(
    settings: Settings, mail: EmailChannel, outgoing: Outgoing, clock: Callable[[], datetime]
) -> dict[Channel, Sender]:
    """The ways of reaching partners, with the webhook secrets that the settings name. Raises UsageError."""
    return {Channel.EMAIL: mail, Channel.WEBHOOK: webhooks_of(settings, outgoing, clock)}


def webhooks_of(settings: Settings, outgoing: Outgoing, clock: Callable[[], datetime]) -> WebhookChannel:
    """The way to partners' own systems, with the secrets that the settings name. Raises UsageError."""
    try:
        return WebhookChannel(outgoing, settings.secrets(), clock, settings.webhook_catch_all)
    except InvalidValue as error:
        raise _wrong_webhooks(error.message) from error
    except (OSError, UnicodeDecodeError) as error:
        raise _wrong_webhooks(
            msg("webhooks.secret_unreadable", "a file of HELAVAGEN_WEBHOOK_SECRETS cannot be read as text")
        ) from error


def _wrong_webhooks(why: Message) -> UsageError:
    return UsageError("settings.webhooks", "The settings of webhooks cannot be used: {why}.", why=why)
