"""The whole stack on one machine: Temporal, database, mail and webhook inboxes, all under one data directory."""

import fcntl
import os
import secrets
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path

from activities.whole_files import write_whole
from models.partners.partner import Channel, Partner
from runtime.encryption.master_keys import make_master_key_file
from runtime.errors import UsageError
from runtime.i18n import _
from runtime.local import sign_in, tokens
from runtime.local.dev_server import HOST, start_dev_server
from runtime.rulebook.loader import RuleBook
from runtime.settings import STACK_ENV, Settings

MASTER_KEY = "master.key"
"""The file of the local stack's master key, under the data directory."""

GATEWAY_SECRETS = "gateway_secrets"
"""The folder, under the data directory, of the secrets with which partners sign what they send."""

REPLIES_TO = "svar@employer.example"
"""Where the letters of the local stack are replied to: its mail inbox hands that on to who reads replies."""

DESK_HOST = "localhost"
"""This machine by its name: browsers make nobody a key for an address that is a number."""

BELOW_THE_SYSTEMS_OWN = range(15_000, 30_000)
"""Ports that no system gives to whoever connects somewhere: Linux begins at 32,768, others at 49,152."""

SECRET_BYTES = 24
"""As Standard Webhooks recommends: between 24 and 64."""


@dataclass(frozen=True)
class Ports:
    """Where the local stack listens; 0 takes a free port."""

    temporal: int = 0
    ui: int = 0
    smtp: int = 0
    webhook: int = 0
    codec: int = 0
    desk: int = 0
    sign_in: int = 0
    gateway: int = 0
    lmtp: int = 0


@dataclass(frozen=True)
class Stack:
    """A running local stack: the settings by which others reach it, and the line that says so."""

    settings: Settings
    ready_line: str


@asynccontextmanager
async def local_stack(settings: Settings, ports: Ports) -> AsyncIterator[Stack]:
    """Start everything but the worker; end it with the context. Raises UsageError where it cannot start."""
    # It needs the extra `local`, which a production worker does not have.
    from runtime.local.inboxes import HandedOn, MailInbox, WebhookInbox

    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.data.chmod(0o700)  # one that was there, too: names and notes lie in it
    ports = _chosen(ports)
    with _alone_on(settings.data):
        keys = _webhook_keys(settings)
        make_master_key_file(settings.data / MASTER_KEY)
        tokens.make_token_key(settings.data)
        replies = HandedOn(REPLIES_TO, HOST, ports.lmtp)
        mail = MailInbox(settings.data / "inbox", HOST, ports.smtp, replies)
        kept = settings.model_copy(update={"webhook_secrets": keys}).secrets()
        webhooks = WebhookInbox(settings.data / "inbox", HOST, ports.webhook, kept)
        await mail.start()
        await webhooks.start()
        try:
            async with await start_dev_server(
                file=settings.data / "temporal.db",
                port=ports.temporal,
                ui_port=ports.ui,
                more=("--ui-codec-endpoint", f"http://{HOST}:{ports.codec}"),
            ):
                yield _stack(settings, ports, keys)
        finally:
            await webhooks.stop()
            await mail.stop()


def free_ports() -> Iterator[int]:
    """Ports that nobody listens on, each once, and that no outgoing connection takes before their server comes."""
    told: set[int] = set()
    while True:
        port = secrets.choice(BELOW_THE_SYSTEMS_OWN)
        if port not in told and _is_free(port):
            told.add(port)
            yield port


def free_port() -> int:
    """The first of `free_ports`."""
    return next(free_ports())


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((HOST, port))
            return True
    return False


def _chosen(ports: Ports) -> Ports:
    """With a free port for each 0. Raises UsageError where one that was given is taken."""
    given = [port for port in astuple(ports) if port]
    for port in given:
        if not _is_free(port):
            raise UsageError(
                "port.taken", "Port {port} is in use. Stop the program that uses it or choose another port.", port=port
            )
    free = (port for port in free_ports() if port not in given)
    return Ports(*(port or next(free) for port in astuple(ports)))


@contextmanager
def _alone_on(data: Path) -> Iterator[None]:
    with (data / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                "stack.running",
                "Another local stack is running on {data}. Use it, stop it or set HELAVAGEN_DATA to another folder.",
                data=data,
            ) from error
        # For the Temporal server too, which outlives a stack that is killed: a second one must not write to its file.
        os.set_inheritable(lock.fileno(), True)
        yield


def _webhook_keys(settings: Settings) -> Path:
    """The directory of webhook secrets, each made on first start; beside it that of the gateway, where every partner
    may send."""
    partners = RuleBook(settings.programmes).readable_partners
    _make_secrets(settings.data / GATEWAY_SECRETS, partners)
    keys = settings.data / "webhook_secrets"
    _make_secrets(keys, [partner for partner in partners if partner.channel is Channel.WEBHOOK])
    return keys


def _make_secrets(folder: Path, partners: Iterable[Partner]) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    for partner in partners:
        if not (file := folder / partner.id).exists():
            write_whole(file, b"whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)))


def _stack(settings: Settings, ports: Ports, keys: Path) -> Stack:
    """The stack, its addresses left for the other scripts: the files stay when it ends, and lead to a clear refusal."""
    reached_by = {
        "stack_folder": settings.data.resolve(),
        "database_url": settings.database_url or f"sqlite:///{(settings.data / 'hela-vagen.db').resolve()}",
        "smtp_host": HOST,
        "smtp_port": ports.smtp,
        "webhook_secrets": keys.resolve(),
        "webhook_catch_all": f"http://{HOST}:{ports.webhook}",
        "keys": (settings.data / "keys").resolve(),
        "master_key_file": (settings.data / MASTER_KEY).resolve(),
        "codec_port": ports.codec,
        "codec_origins": f"http://{HOST}:{ports.ui} http://localhost:{ports.ui}",
        "codec_issuer": tokens.ISSUER,
        "codec_audience": tokens.AUDIENCE,
        "codec_jwks": str((settings.data / tokens.KEY_SET).resolve()),
        "codec_claim": "sub",
        "desk_port": ports.desk,
        "desk_url": f"http://{DESK_HOST}:{ports.desk}",
        "desk_issuer": f"http://{HOST}:{ports.sign_in}",
        "desk_claim": "sub",
        "desk_levels": sign_in.LEVEL,
        "gateway_port": ports.gateway,
        "replies_to": REPLIES_TO,
        "lmtp_host": HOST,
        "lmtp_port": ports.lmtp,
        "links_url": f"http://{HOST}:{ports.gateway}",
        "gateway_secrets": (settings.data / GATEWAY_SECRETS).resolve(),
        "codec_token_key": (settings.data / tokens.KEY).resolve(),
    }
    env = "".join(f"HELAVAGEN_{name.upper()}={value}\n" for name, value in reached_by.items())
    write_whole(settings.data / STACK_ENV, env.encode())
    profile = f'[profile.default]\naddress = "{HOST}:{ports.temporal}"\nnamespace = "default"\n'
    write_whole(settings.temporal_profile_file, profile.encode())
    ready = _(
        "ready: desk {desk}, Temporal {temporal}, web UI {ui}, mail {mail}, webhooks {webhook}, gateway {gateway},"
        " codec server {codec}, data {data}. End it with Ctrl-C.",
        desk=f"http://{DESK_HOST}:{ports.desk}",
        temporal=f"{HOST}:{ports.temporal}",
        ui=f"http://{HOST}:{ports.ui}",
        mail=f"{HOST}:{ports.smtp}",
        webhook=f"http://{HOST}:{ports.webhook}",
        gateway=f"http://{HOST}:{ports.gateway}",
        codec=f"http://{HOST}:{ports.codec}",
        data=settings.data,
    )
    return Stack(settings.model_copy(update=reached_by), ready)
