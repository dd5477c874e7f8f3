"""What an operator sets, from the environment (prefix `HELAVAGEN_`) or the running local stack."""

import os
from collections.abc import Collection
from enum import EnumType
from pathlib import Path
from types import NoneType
from typing import Annotated, Literal, get_args

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from activities.tls import MailTls
from models.fields import Text
from models.message import Message, msg, plain
from runtime.build import BUILD_ID
from runtime.errors import UsageError

PROGRAMMES = Path(__file__).resolve().parent.parent / "programmes"

SECRETS = "HELAVAGEN_SECRETS"
"""Names a folder in which a setting may stand as a file of its name: secrets that no environment shows to others."""

STACK_ENV = "stack.env"
"""Where a running local stack writes its addresses, under the data directory."""

STACK_PROFILE = "temporal.toml"
"""Where a running local stack writes how to reach its Temporal server, as a profile of the Temporal clients."""


class Settings(BaseSettings):
    """Settings of all scripts. How to reach Temporal is set as for any Temporal client (`TEMPORAL_ADDRESS`, …)."""

    model_config = SettingsConfigDict(
        env_prefix="HELAVAGEN_", extra="ignore", dotenv_filtering="only_existing", hide_input_in_errors=True
    )

    data: Path = Path(".local")
    database_url: str = Field(default="", repr=False)
    audit_database_url: str = Field(default="", repr=False)
    """The same database on the auditors' role: `audit.py` reads with it where it is set, and writes that it reads."""
    programmes: Path = PROGRAMMES
    task_queue: Annotated[Text, Field(max_length=200)] = "hela-vagen"
    smtp_host: str = "localhost"
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: str | None = Field(default=None, repr=False)
    smtp_tls: MailTls | None = None
    mail_from: str = "hela-vagen@localhost"
    links_url: str | None = Field(default=None, pattern=r"^(https?://[^\s?#]+)?$")
    """Where partners and supervisors reach the pages of their letters, such as `https://svar.employer.example`.
    Without it letters carry no link."""
    replies_to: str | None = None
    """The address to which whoever gets a letter replies, such as `svar@employer.example`; a mail server hands on what
    comes there, also to `svar+…@`, by LMTP. Without it replies go to the coordinator."""
    lmtp_host: str = "127.0.0.1"
    lmtp_port: int = Field(default=8024, ge=0, le=65535)
    """Where that mail server hands on replies."""
    webhook_secrets: Path | None = None
    webhook_catch_all: str | None = None
    internal_hosts: str = ""
    """Hosts of our own network to which webhooks may go, with commas between; `http://host` may go without TLS."""
    ca_bundle: Path | None = None
    """Certificates of authorities that are trusted beside the system's, by webhooks and mail."""
    grace: int = Field(default=20, ge=0, le=600)
    """Seconds that a worker that is told to stop gives its activities: a webhook's time-out and a little."""
    metrics_address: str | None = None
    """Where a worker shows its metrics and says how it is, such as `0.0.0.0:9464`."""
    checkpoints: Path | None = None
    """The folder in which auditors leave a copy of each checkpoint, so that one that is overdue is noticed."""
    build_id: str | None = Field(default=None, pattern=rf"^({BUILD_ID})?$")
    """Which code a worker says it is; the image sets it. Otherwise it follows from the code."""
    worker_versioning: bool = False
    """Temporal gives journeys to the workers of its current version alone, and none before one is made current."""
    ledger: Annotated[Text, Field(max_length=200)] = "hela-vagen"
    """What the ledger is called in checkpoints."""
    archive: str = "database"
    """Where closed histories are kept: `database`, or an address that fsspec knows, such as `file:///…` or `s3://…`."""
    disposals: Path | None = None
    """The file beside the database in which erasures are kept, so that a restored backup can be made to honour them."""
    operator_mail: str | None = None
    root: str | None = None
    """The key with which the register of staff was founded, as an auditor was told it."""
    master_key: SecretStr | None = None
    """What wraps the keys of candidates: 32 random bytes in base64; older ones after it, so that they go on opening."""
    master_key_file: Path | None = None
    """A file that holds the same."""
    vault_transit_key: str | None = None
    """The name of a key in Vault's transit engine, in the place of both."""
    codec_host: str = "127.0.0.1"
    codec_port: int = Field(default=8234, ge=0, le=65535)
    """Where the codec server listens, which opens payloads for Temporal's web page."""
    codec_origins: str = ""
    """The origins of Temporal's web page, such as `https://temporal.employer.example`, with space between them."""
    codec_issuer: str = ""
    codec_audience: str = ""
    """Whose tokens it takes, and whom they must be for."""
    codec_jwks: str = ""
    """The keys of that issuer (JWKS): an https address, or a file."""
    codec_claim: str = "email"
    """The claim that names the person: `email`, or another with the name in the register or the mail address."""
    codec_token_key: Path | None = None
    """The key with which the local stack signs tokens of its own."""
    desk_host: str = "127.0.0.1"
    desk_port: int = Field(default=8235, ge=0, le=65535)
    """Where the desk listens, the web page of those who work here; a proxy before it speaks TLS."""
    desk_url: str = ""
    """The address under which people reach it, such as `https://desk.employer.example`; a worker's letters to those who
    work there lead to it."""
    desk_issuer: str = ""
    """The sign-in service (OpenID Connect), by the address under which it describes itself."""
    desk_client: str = "hela-vagen-desk"
    """What the desk is called there."""
    desk_client_secret: str | None = Field(default=None, repr=False)
    """Its secret there; none for a client without one, which PKCE protects alone."""
    desk_claim: str = "email"
    """The claim that names the person: `email`, or another with the name in the register or the mail address."""
    desk_level_claim: str = "acr"
    desk_levels: str = ""
    """The levels of assurance that count, with space between them, and the claim in which they stand; empty for any."""
    desk_idle: int = Field(default=30, ge=1, le=480)
    """Minutes without a request after which a session ends."""
    desk_longest: int = Field(default=10, ge=1, le=12)
    """Hours after which it ends in any case."""
    desk_faults: str = "hela-vagen@localhost"
    """The mail address that the page on accessibility names, for faults that are found."""
    gateway_host: str = "127.0.0.1"
    gateway_port: int = Field(default=8237, ge=0, le=65535)
    """Where the gateway listens, to which partners' systems send."""
    gateway_secrets: Path | None = None
    """The folder of the secrets with which they sign, kept as those of webhooks."""
    stack_folder: Path | None = None
    """The data folder whose local stack has written these settings: in a copy of it they lead to the other one."""
    keys: Path | None = None
    """The folder of private keys: a person's own, and on a worker's machine the worker's, `worker.pem`."""
    actor: str | None = None
    passphrase: str | None = Field(default=None, repr=False)
    """That of the person's key, for scripts that nobody sits before; otherwise it is asked for."""
    lang: Literal["sv", "en"] = "en"
    """What the scripts speak. Partners and candidates are written to in Swedish, unless their entry says otherwise."""

    @property
    def disposals_file(self) -> Path:
        return self.disposals or self.data / "disposals.jsonl"

    @property
    def temporal_profile_file(self) -> Path:
        return self.data / STACK_PROFILE

    def secrets(self) -> dict[str, str]:
        """Webhook secrets by partner: one file each in the secrets directory, named after the partner; in it one secret
        a line, the newest first."""
        return _secrets_in(self.webhook_secrets)

    def incoming_secrets(self) -> dict[str, str]:
        """The secrets with which partners sign what they send to the gateway, kept alike. None is one of the above."""
        return _secrets_in(self.gateway_secrets)


def _secrets_in(folder: Path | None) -> dict[str, str]:
    if folder is None or not folder.is_dir():
        return {}
    files = (file for file in folder.iterdir() if file.is_file() and not file.name.startswith("."))
    return {file.name: _lines(file.read_text()) for file in files}


def _lines(text: str) -> str:
    """The lines of a text without what stands around them, and without empty ones."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def load_settings(*, of_running_stack: bool = True, as_unset: Collection[str] = ()) -> Settings:
    """The settings in force. What the environment says goes before what a running local stack has written, and that
    before the folder of secrets; a stack that is about to start passes over what another has written, since its folder
    may be a copy of that one's. Those that are named `as_unset` count as such.

    Raises UsageError, naming the settings that are wrong, and where a stack elsewhere has written them.
    """
    data = Path(os.environ.get("HELAVAGEN_DATA", ".local"))
    secrets = os.environ.get(SECRETS) or None
    if secrets is not None and not Path(secrets).is_dir():
        raise UsageError(
            "settings.no_secrets",
            "The folder of secrets {folder} is missing. Mount it or correct HELAVAGEN_SECRETS.",
            folder=secrets,
        )
    unset = {name: Settings.model_fields[name].get_default() for name in as_unset}
    try:
        settings = Settings(_env_file=data / STACK_ENV if of_running_stack else None, _secrets_dir=secrets, **unset)
    except ValidationError as error:
        raise _wrong(error) from error
    if settings.stack_folder is not None and settings.stack_folder != data.resolve():
        raise UsageError(
            "settings.of_another_stack",
            "{data} is a copy of another data folder, and its settings lead there. Start a stack on the copy first.",
            data=data,
        )
    return settings


EXAMPLES = {
    "links_url": "https://svar.employer.example",
    "build_id": "0.1.0-1",
    "ledger": "hela-vagen",
    "task_queue": "hela-vagen",
}
"""What may stand in a setting of which no type says it."""


def settings_as_far_as_they_go() -> tuple[Settings, UsageError | None]:
    """The settings in force, those that are wrong as if they were not set, and the error that names them.

    Raises UsageError as `load_settings` does, but for these.
    """
    try:
        return load_settings(), None
    except UsageError as error:
        if not isinstance(error.__cause__, ValidationError):
            raise
        names = {str(one["loc"][0]) for one in error.__cause__.errors()}
        return load_settings(as_unset=names), error


def _wrong(error: ValidationError) -> UsageError:
    """Names each setting, with what is expected of it."""
    return UsageError(
        "settings.wrong",
        "These settings are wrong: {wrong}. Correct them in the environment.",
        wrong=[_expected(str(one["loc"][0]), one["type"]) for one in error.errors()],
    )


def _expected(field: str, fault: str) -> Message:
    setting, info = f"HELAVAGEN_{field.upper()}", Settings.model_fields[field]
    if fault in ("enum", "literal_error"):
        kinds = [one for one in get_args(info.annotation) or (info.annotation,) if one is not NoneType]
        allowed = [str(one) for kind in kinds for one in (kind if isinstance(kind, EnumType) else [kind])]
        return msg("settings.one_of", "{setting} (one of {allowed})", setting=setting, allowed=allowed)
    if fault.startswith("bool"):
        return msg("settings.yes_or_no", "{setting} (true or false)", setting=setting)
    limits = {
        key: limit for one in info.metadata for key in ("ge", "le") if (limit := getattr(one, key, None)) is not None
    }
    if len(limits) == 2:
        return msg(
            "settings.number",
            "{setting} (a whole number from {least} to {most})",
            setting=setting,
            least=limits["ge"],
            most=limits["le"],
        )
    if field in EXAMPLES:
        return msg("settings.such_as", "{setting} (such as {example})", setting=setting, example=EXAMPLES[field])
    return plain(setting)


def require_database(settings: Settings) -> str:
    if not settings.database_url:
        raise UsageError("settings.no_database", "No database is set. Set HELAVAGEN_DATABASE_URL.")
    return settings.database_url


def require_database_to_audit(settings: Settings) -> str:
    """The database as audits read it: on a role of their own where one is set."""
    return settings.audit_database_url or require_database(settings)
