"""Checks of the ways out: the mail server, and each partner's own system. Nothing is sent."""

import asyncio
import socket
import ssl
from collections import defaultdict
from urllib.parse import urlsplit

import aiosmtplib

from activities.email_channel import NO_LOG_IN
from activities.outgoing import NotPermitted, Outgoing
from activities.tls import fault_of_certificate
from models.message import Message, msg
from models.partners.partner import Channel
from runtime.channels import mail_of, outgoing_of, senders_of, tls_of
from runtime.errors import ServiceUnavailable, UsageError, UserError
from runtime.observation.endpoint import parts_of
from runtime.open_id import Provider
from runtime.settings import Settings
from runtime.temporal.client import cannot_offer
from runtime.tokens import KeySet, issuer_of
from services.operations.doctor.checkup import Check, Patient


async def _mail(patient: Patient) -> Message:
    settings = patient.settings
    try:
        await mail_of(settings, tls_of(settings)).greet()
    except (aiosmtplib.SMTPException, OSError) as error:
        raise _mail_fault(error, settings) from error
    return msg("doctor.mail", "{host}:{port}", host=settings.smtp_host, port=settings.smtp_port)


def _mail_fault(error: Exception, settings: Settings) -> UserError:
    """What stands between us and the mail server."""
    if fault_of_certificate(error):
        return UsageError(
            "doctor.mail_certificate",
            "The mail server's certificate has expired, is for another host, or is of an issuer that is unknown here. "
            "Have it renewed, or correct HELAVAGEN_SMTP_HOST or HELAVAGEN_CA_BUNDLE.",
        )
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return _log_in()
        case aiosmtplib.SMTPResponseException(code=code):
            return ServiceUnavailable(
                "doctor.mail_reply", "The mail server answers {code} to our greeting. Ask its operator.", code=code
            )
        case aiosmtplib.SMTPException() if str(error).startswith(NO_LOG_IN):
            return _log_in()
        case aiosmtplib.SMTPException() if str(error).startswith("SMTP STARTTLS extension not supported"):
            return _no_tls()
        case ssl.SSLError() | OSError(__cause__=ssl.SSLError()):
            return _no_tls()
        case _:
            return ServiceUnavailable(
                "doctor.mail_unreached",
                "The mail server cannot be reached at {host}:{port}. Start it or correct HELAVAGEN_SMTP_HOST and "
                "HELAVAGEN_SMTP_PORT.",
                host=settings.smtp_host,
                port=settings.smtp_port,
            )


def _log_in() -> UserError:
    return UsageError(
        "doctor.mail_log_in",
        "The mail server does not take our log-in. Correct HELAVAGEN_SMTP_USER and HELAVAGEN_SMTP_PASSWORD.",
    )


def _no_tls() -> UserError:
    return UsageError(
        "doctor.mail_tls", "No TLS could be agreed with the mail server. Set HELAVAGEN_SMTP_TLS to what it has."
    )


async def _webhooks(patient: Patient) -> Message:
    """Each partner with a system of its own has a secret, and an address that may be asked and is found."""
    settings, now = patient.settings, patient.now
    outgoing = outgoing_of(settings, tls_of(settings))
    senders_of(settings, mail_of(settings), outgoing, now)  # raises what is wrong with secrets
    partners = [one for one in patient.book.partners if one.channel is Channel.WEBHOOK]
    secrets = settings.secrets()
    if lacking := [one.id for one in partners if not secrets.get(one.id)]:
        raise UsageError(
            "doctor.no_secret",
            "These partners have no webhook secret: {partners}. Agree on one with each, and add it to "
            "HELAVAGEN_WEBHOOK_SECRETS.",
            partners=lacking,
        )
    asked: defaultdict[str, list[str]] = defaultdict(list)
    for one in partners:
        asked[settings.webhook_catch_all or one.address].append(one.id)
    await asyncio.gather(*(_look_up(outgoing, address, ids) for address, ids in asked.items()))
    return msg("doctor.webhooks", "partners: {count}", count=len(partners))


async def _look_up(outgoing: Outgoing, address: str, partners: list[str]) -> None:
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        outgoing.check(address)
        if outgoing.proxy_for(parts) is None:
            found = await asyncio.to_thread(socket.getaddrinfo, host, parts.port, type=socket.SOCK_STREAM)
            outgoing.check(address, [str(where[0]) for *_, where in found])
    except NotPermitted:
        raise UsageError(
            "doctor.host_not_registered",
            "Nothing may be sent to {host}, of the partner {partners}. Correct its address, or register the host in "
            "HELAVAGEN_INTERNAL_HOSTS.",
            host=host,
            partners=partners,
        ) from None
    except OSError as error:
        raise UsageError(
            "doctor.host_not_found",
            "The host {host} of the partner {partners} is not found. Correct its address, or this machine's look-up of "
            "names.",
            host=host,
            partners=partners,
        ) from error


async def _codec(patient: Patient) -> Message:
    """Whoever opens payloads in Temporal's web page is known by a sign-in service, where one is set."""
    settings = patient.settings
    if not (settings.codec_issuer or settings.codec_audience or settings.codec_jwks):
        return msg("doctor.codec_none", "none is set")
    issuer = issuer_of(settings)
    await KeySet(settings.codec_jwks, tls_of(settings)).key(None)
    return msg("plain", "{text}", text=issuer.issuer)


async def _desk(patient: Patient) -> Message:
    """Whoever works at the desk is known by a sign-in service, where one is set, which answers and has keys."""
    settings = patient.settings
    if not settings.desk_issuer:
        return msg("doctor.desk_none", "none is set")
    service = await Provider(settings, tls_of(settings), settings.desk_url).service()
    await service.keys.key(None)
    return msg("plain", "{text}", text=settings.desk_issuer)


async def _metrics(patient: Patient) -> Message:
    """A worker can show itself at the address that is set. Its port may be taken by the one that runs."""
    if not (address := patient.settings.metrics_address):
        return msg("doctor.metrics_none", "none is set")
    host, _ = parts_of(address)
    try:
        found = await asyncio.to_thread(socket.getaddrinfo, host, 0, type=socket.SOCK_STREAM)
        for family, *_, (at, *_) in found:
            socket.create_server((str(at), 0), family=family).close()
    except OSError as error:
        raise cannot_offer(address) from error
    return msg("plain", "{text}", text=address)


METRICS = Check("metrics", msg("check.metrics", "address of metrics"), _metrics)
"""Asked of a worker: scripts show none."""

CHECKS = (
    Check("mail", msg("check.mail", "mail server"), _mail),
    Check("webhooks", msg("check.webhooks", "partners' own systems"), _webhooks, ("programmes",)),
    Check("codec", msg("check.codec", "sign-in of the codec server"), _codec),
    Check("desk", msg("check.desk", "sign-in of the desk"), _desk),
)
