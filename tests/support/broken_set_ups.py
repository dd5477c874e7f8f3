"""Set-ups that are broken, each in one way, what a check-up says of it, and what mends it."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import uuid4

from pydantic import SecretStr

from runtime import roles
from runtime.local.dev_server import HOST
from runtime.local.stack import free_port
from runtime.settings import Settings
from tests.support.breaking import (
    Mend,
    Scene,
    a_sqlite_of_nobody,
    as_it_was,
    damaged_key,
    enough_disk,
    form_of_nobody,
    founded_and_no_more,
    fresh_sqlite,
    keys_for_everybody,
    keys_for_their_owner,
    keys_of_another,
    little_disk,
    mute_auditors,
    no_folder,
    other_file,
    roles_given,
    with_operator,
    with_partner,
    with_service,
)
from tests.support.sound_setup import (
    OF_DATABASE,
    OF_FORM,
    OF_NAMESPACE,
    OF_REGISTER,
    OF_TEMPORAL,
)


@dataclass
class BrokenSetUp:
    """A way to break a set-up, and what a check-up says: what is wrong, by its message, and what goes unasked.

    It is mended by the settings and the command that this names, or where it names none by `mend`, as `mended_by` says;
    but for the checks that are `left`, since it takes more steps.
    """

    how: Callable[[Scene], Settings]
    wrong: dict[str, str]
    unasked: AbstractSet[str] = frozenset()
    worker: bool = False
    mend: Mend | None = None
    mended_by: str = ""
    left: AbstractSet[str] = frozenset()


def broken(
    how: Callable[[Scene], Settings],
    check: str,
    says: str,
    unasked: AbstractSet[str] = frozenset(),
    *,
    worker: bool = False,
    mend: Mend | None = None,
    mended_by: str = "",
) -> BrokenSetUp:
    return BrokenSetUp(how, {check: says}, unasked, worker, mend, mended_by)


BROKEN = {
    "Temporal is away": broken(
        lambda one: one.environment(TEMPORAL_ADDRESS=f"{HOST}:{free_port()}"),
        "temporal",
        "temporal.unavailable",
        OF_TEMPORAL,
    ),
    "Temporal is spoken to by TLS": broken(
        lambda one: one.environment(TEMPORAL_TLS="true"), "temporal", "temporal.tls", OF_TEMPORAL
    ),
    "the namespace is missing": broken(
        lambda one: one.environment(TEMPORAL_NAMESPACE=f"missing-{uuid4()}"),
        "namespace",
        "temporal.no_namespace",
        OF_NAMESPACE,
    ),
    "the task queue is another's": BrokenSetUp(
        lambda one: one.with_(task_queue="elsewhere"),
        {"schedules": "doctor.schedule_elsewhere", "workers": "worker.none_listens"},
    ),
    "no version of the workers is current": broken(
        lambda one: one.with_(worker_versioning=True),
        "workers",
        "doctor.no_current_version",
        mend=as_it_was("worker_versioning"),
        mended_by="a version that is made current, as `tests/e2e/test_rolling_upgrade.py` does",
    ),
    "the workers are of another build": broken(
        lambda one: one.with_(build_id="a-later-one"),
        "workers",
        "doctor.other_build",
        mend=as_it_was("build_id"),
        mended_by="workers of this version",
    ),
    "no database is set": broken(
        lambda one: one.with_(database_url=""), "database", "settings.no_database", OF_DATABASE
    ),
    "the database is away": broken(
        lambda one: one.with_(database_url=f"postgresql://x@{HOST}:{free_port()}/x"),
        "database",
        "database.unavailable",
        OF_DATABASE,
    ),
    "the database has another name": broken(
        lambda one: one.with_(database_url=one.address(database="nowhere")),
        "database",
        "database.unknown",
        OF_DATABASE,
    ),
    "the role is unknown": broken(
        lambda one: one.with_(database_url=one.address("nobody")),
        "database",
        "database.not_permitted",
        OF_DATABASE,
    ),
    "the database's file is missing": broken(
        lambda one: one.with_(database_url=f"sqlite:///{one.folder / 'none.db'}"),
        "database",
        "doctor.no_database",
        OF_DATABASE,
    ),
    "the database's file is another": broken(other_file, "database", "database.no_database", OF_DATABASE),
    "the database is empty": broken(fresh_sqlite, "database_form", "database.other_form", OF_FORM),
    "the database can only be read": BrokenSetUp(
        lambda one: one.with_(database_url=f"{one.address()}&options=-cdefault_transaction_read_only%3Don"),
        {"database_rights": "database.read_only", "archive": "database.read_only"},
    ),
    "the worker has the role of scripts": broken(
        lambda one: one.with_(database_url=one.address(roles.STAFF)),
        "database_rights",
        "doctor.no_rights",
        worker=True,
    ),
    "scripts have the role of the worker": broken(
        lambda one: one.with_(database_url=one.address(roles.WORKER)), "database_rights", "doctor.no_rights"
    ),
    "the role owns the tables": broken(
        lambda one: one.with_(database_url=one.sound.owner), "database_owner", "doctor.owner"
    ),
    "auditors use the owner's role": broken(
        lambda one: one.with_(audit_database_url=one.sound.owner), "auditors", "doctor.audit_beyond"
    ),
    "the auditors' role may read nothing": broken(
        lambda one: one.with_(audit_database_url=one.address("nobody")), "auditors", "doctor.audit_not_let_in"
    ),
    "the auditors' role may not write that it reads": broken(mute_auditors, "auditors", "doctor.audit_mute"),
    "the register is empty": broken(a_sqlite_of_nobody, "register", "doctor.not_founded", OF_REGISTER),
    "the register is another's": broken(
        lambda one: one.with_(root="0" * 64), "register", "doctor.other_root", OF_REGISTER
    ),
    "no worker has a key": BrokenSetUp(
        founded_and_no_more, {"worker_key": "doctor.no_worker_key", "rules": "doctor.rules"}, left={"rules"}
    ),
    "this worker has no key": broken(
        lambda one: with_operator(one, one.sound.settings), "worker_key", "worker.no_key", worker=True
    ),
    "no master key is set": broken(
        lambda one: one.with_(master_key=None),
        "master_key",
        "master_key.none",
        {"candidate_keys"},
        mend=as_it_was("master_key"),
        mended_by="`HELAVAGEN_MASTER_KEY_FILE`",
    ),
    "the file of the master key is missing": broken(
        lambda one: one.with_(master_key=None, master_key_file=one.folder / "none.key"),
        "master_key",
        "master_key.no_file",
        {"candidate_keys"},
        mend=as_it_was("master_key"),
        mended_by="`HELAVAGEN_MASTER_KEY_FILE`",
    ),
    "the folder of programmes is missing": broken(
        lambda one: one.with_(programmes=one.folder / "nowhere"),
        "programmes",
        "settings.programmes",
        {"rules", "positions", "webhooks", "incoming"},
    ),
    "the archive's server is unknown": broken(
        lambda one: one.with_(archive="ftp://archive.invalid/y"), "archive", "settings.archive_unopened"
    ),
    "the database is of another kind": BrokenSetUp(
        lambda one: one.with_(database_url="mysql://x/y"),
        {"database": "settings.database", "disk": "settings.database"},
        OF_DATABASE,
    ),
    "the worker's key is damaged": broken(
        damaged_key, "worker_key", "worker.key_unusable", worker=True, mend=as_it_was("keys"), mended_by="another key"
    ),
    "metrics are offered at no address": broken(
        lambda one: one.with_(metrics_address="9464"), "metrics", "settings.metrics_form", worker=True
    ),
    "the database has a form that no version has": broken(
        form_of_nobody, "database_form", "database.unknown_form", OF_FORM
    ),
    "the master key is none": broken(
        lambda one: one.with_(master_key=SecretStr("short")),
        "master_key",
        "master_key.format",
        {"candidate_keys"},
        mended_by="`HELAVAGEN_MASTER_KEY`",
    ),
    "the master key is another": broken(
        lambda one: one.with_(master_key=SecretStr("A" * 43 + "=")),
        "candidate_keys",
        "master_key.other",
        mend=as_it_was("master_key"),
        mended_by="the key that is missing",
    ),
    "the worker's key is not registered": broken(keys_of_another, "worker_key", "worker.key_not_registered"),
    "a programme is no TOML": broken(
        lambda one: with_service(one, "id = ", "id "),
        "programmes",
        "doctor.faulty_files",
        {"rules", "positions", "webhooks", "incoming"},
        mend=as_it_was("programmes"),
        mended_by="the file as it was",
    ),
    "a programme names what is not there": broken(
        lambda one: with_service(one, "forms = [", 'forms = ["none", '),
        "programmes",
        "doctor.faulty_files",
        {"rules", "positions", "webhooks", "incoming"},
        mend=as_it_was("programmes"),
        mended_by="the file as it was",
    ),
    "rules are not in force": broken(
        lambda one: with_service(one, "reopen_within_days = ", "reopen_within_days = 1"),
        "rules",
        "doctor.rules",
        mended_by="`admin.py staff rules`, by a manager of the programme",
    ),
    "the mail server is away": broken(lambda one: one.with_(smtp_port=free_port()), "mail", "doctor.mail_unreached"),
    "the mail server has no TLS": broken(lambda one: one.with_(smtp_tls="starttls"), "mail", "doctor.mail_tls"),
    "a partner has no secret": broken(
        lambda one: one.with_(webhook_secrets=one.folder), "webhooks", "doctor.no_secret"
    ),
    "a partner's host is not found": broken(
        lambda one: one.with_(webhook_catch_all=None),
        "webhooks",
        "doctor.host_not_found",
        mend=as_it_was("webhook_catch_all"),
        mended_by="an address that is found",
    ),
    "a partner's host is not registered": broken(
        lambda one: one.with_(webhook_catch_all=None, programmes=with_partner(one, "https://10.1.2.3/")),
        "webhooks",
        "doctor.host_not_registered",
        mend=lambda _, settings: settings.model_copy(update={"internal_hosts": "10.1.2.3"}),
        mended_by="`HELAVAGEN_INTERNAL_HOSTS`",
    ),
    "a partner's host is asked without TLS": broken(
        lambda one: one.with_(webhook_catch_all=None, programmes=with_partner(one, "http://")),
        "webhooks",
        "doctor.host_not_registered",
        mend=as_it_was("programmes"),
        mended_by="an address with https",
    ),
    "the codec server's sign-in is half set": broken(
        lambda one: one.with_(codec_issuer="https://sign-in.example"), "codec", "settings.codec"
    ),
    "the keys of the codec server's sign-in cannot be read": broken(
        lambda one: one.with_(codec_issuer="x", codec_audience="x", codec_jwks=str(one.folder / "none.json")),
        "codec",
        "codec.jwks_unreadable",
        mend=lambda one, _: one.sound.settings,
        mended_by="`HELAVAGEN_CODEC_JWKS`",
    ),
    "the desk's sign-in service does not answer": broken(
        lambda one: one.with_(desk_issuer="http://127.0.0.1:9"),
        "desk",
        "desk.sign_in_away",
        mend=lambda one, _: one.sound.settings,
        mended_by="`HELAVAGEN_DESK_ISSUER`",
    ),
    "the folder of secrets of partners that send is missing": broken(
        lambda one: one.with_(gateway_secrets=one.folder / "none"),
        "incoming",
        "doctor.incoming_folder",
        mend=as_it_was("gateway_secrets"),
        mended_by="`HELAVAGEN_GATEWAY_SECRETS`",
    ),
    "the authorities' certificates are missing": BrokenSetUp(
        lambda one: one.with_(ca_bundle=one.folder / "none.pem"),
        {"mail": "settings.ca_bundle", "webhooks": "settings.ca_bundle"},
    ),
    "the archive is no folder": broken(no_folder, "archive", "doctor.archive"),
    "no auditor has signed the ledger": broken(
        lambda one: one.with_(checkpoints=one.folder),
        "concerns",
        "concern.checkpoint",
        mend=as_it_was("checkpoints"),
        mended_by="`audit.py checkpoint`, whose file lies there",
    ),
    "the disk is nearly full": broken(
        little_disk, "disk", "doctor.disk", mend=enough_disk, mended_by="room on the disk"
    ),
    "everybody can read the keys": broken(
        keys_for_everybody, "key_files", "doctor.keys_readable", mend=keys_for_their_owner, mended_by="`chmod o-r`"
    ),
    "a right is missing": broken(
        lambda one: one.by_owner(f"revoke insert on reads from {roles.STAFF}"),
        "database_rights",
        "doctor.no_rights",
        mend=roles_given,
        mended_by="`python -m runtime.migrations roles`",
    ),
    "the role may change rows": broken(
        lambda one: one.by_owner(f"grant delete on ledger to {roles.STAFF}"), "database_owner", "doctor.may_change"
    ),
    "a trigger is switched off": broken(
        lambda one: one.by_owner("alter table ledger disable trigger ledger_no_change"),
        "append_only",
        "doctor.not_append_only",
        mend=lambda one, _: one.by_owner("alter table ledger enable trigger ledger_no_change"),
        mended_by="the trigger switched on again",
    ),
    "a pooler stands before the database": broken(
        lambda one: one.with_(database_url=one.pooled()), "database", "database.pooled", OF_DATABASE
    ),
    "the namespace is new": BrokenSetUp(
        lambda one: one.environment(TEMPORAL_NAMESPACE=one.new_namespace()),
        {
            "retention": "doctor.retention",
            "search_attributes": "doctor.no_search_attributes",
            "schedules": "doctor.no_schedule",
        },
        worker=True,
    ),
}
