"""Checks of keys, of the register of staff, and of programmes."""

import asyncio
import stat

from models.canonical import digest_of
from models.identifiers import Role
from models.message import Message, msg
from runtime.encryption.master_keys import master_key
from runtime.encryption.sealers import TRIAL, refuse_other_master_key
from runtime.errors import UsageError
from runtime.keyring import SERVERS, WORKER, keyring_of, servers_key, workers_key
from runtime.rulebook.loader import RuleBook
from runtime.rulebook.programme_file import check_folder
from runtime.statement_log import StatementLog
from services.operations.doctor.checkup import Check, Patient
from services.positions import people_missing

LATEST = 1_000
"""Keys of candidates that are looked at, of the latest: one is opened of each version of the master key among them."""


async def _master_key(patient: Patient) -> Message:
    def tried() -> str:
        master = master_key(patient.settings)
        if master.unwrap(master.wrap(TRIAL)) != TRIAL:
            raise UsageError(
                "doctor.master_key", "The master key does not open what it has sealed. Correct where it is kept."
            )
        return master.current()

    return msg("doctor.wraps", "{version} seals", version=await asyncio.to_thread(tried))


async def _candidate_keys(patient: Patient) -> None:
    master = master_key(patient.settings)
    await asyncio.to_thread(refuse_other_master_key, patient.reading, master, LATEST)


async def _register(patient: Patient) -> None:
    patient.register = await asyncio.to_thread(StatementLog(patient.reading).register)
    founder, root = patient.register.founder, patient.settings.root
    if founder is None:
        raise UsageError(
            "doctor.not_founded", "The register of staff was not founded, so nobody may do anything. Found it."
        )
    if root is not None and root != founder:
        raise UsageError(
            "doctor.other_root",
            "The register of staff was founded with another key than HELAVAGEN_ROOT. Correct it, or find out who has "
            "put another register there.",
        )


async def _operators(patient: Patient) -> Message:
    register, now = patient.register, patient.now()
    with_keys = {key.holder for key in register.keys.values() if key.of == "person" and key.counts_at(now)}
    operators = [
        name for name in sorted(with_keys) if any(one.role is Role.OPERATOR for one in register.assignments(name, now))
    ]
    if not operators:
        raise UsageError(
            "doctor.no_operator",
            "Nobody with a key that counts is an operator, so nobody can let others in. Restore the register from a "
            "backup.",
        )
    return msg("doctor.operators", "{count} with a key that counts", count=len(operators))


async def _worker_key(patient: Patient) -> None:
    keyring, register, now = keyring_of(patient.settings), patient.register, patient.now()
    if patient.worker or WORKER in keyring:
        workers_key(keyring, register, now)
    elif not any(key.of == "worker" and key.counts_at(now) for key in register.keys.values()):
        raise UsageError(
            "doctor.no_worker_key", "No worker's key is registered, so no worker starts. Let an operator make one."
        )


async def _server_keys(patient: Patient) -> None:
    """What a server signs with a key that is not registered counts for nobody."""
    keyring, register, now = keyring_of(patient.settings), patient.register, patient.now()
    for server in SERVERS:
        if server in keyring:
            servers_key(keyring, register, server, now)


async def _key_files(patient: Patient) -> None:
    """Files of keys are nobody else's to read: whoever has one signs, or opens what is sealed."""
    settings = patient.settings
    files = [*(sorted(settings.keys.glob("*.pem")) if settings.keys else ()), settings.master_key_file]
    if read := [str(file) for file in files if file and file.exists() and file.stat().st_mode & stat.S_IROTH]:
        raise UsageError(
            "doctor.keys_readable",
            "Everybody on this machine can read these files of keys: {files}. Let nobody read them but who needs them.",
            files=read,
        )


async def _programmes(patient: Patient) -> Message:
    def checked() -> RuleBook:
        read = RuleBook(patient.settings.programmes, lenient=True)
        read.refuse_an_empty_folder()
        if faulty := [one for one in check_folder(read) if one.faults]:
            first = faulty[0].faults[0]
            raise UsageError(
                "doctor.faulty_files",
                "These files have faults: {files}. The first is in {first}, line {line}: {what}. Correct each of them.",
                files=[one.file for one in faulty],
                first=faulty[0].file,
                line=first.line,
                what=first.what,
            )
        return read

    patient.book = await asyncio.to_thread(checked)
    book = patient.book
    return msg(
        "doctor.programmes_in_folder",
        "{programmes} programmes, {partners} partners and {positions} positions in {folder}",
        programmes=len(book.programmes),
        partners=len(book.partners),
        positions=len(book.positions),
        folder=patient.settings.programmes,
    )


async def _rules(patient: Patient) -> None:
    programmes, now = patient.book.programmes.values(), patient.now()
    if not_yet := [one.id for one in programmes if not patient.register.is_in_force(one.id, digest_of(one), now)]:
        raise UsageError(
            "doctor.rules",
            "The rules of {programmes} in the folder are not in force, so nobody can be referred there. Put them in "
            "force.",
            programmes=not_yet,
        )


async def _positions(patient: Patient) -> Message | None:
    """Nobody is placed with a supervisor who gets no letters; somebody may be entered after their position."""
    if not (missing := people_missing(patient.book.readable_positions, patient.register, patient.now())):
        return None
    return msg(
        "doctor.people_of_positions",
        "not in the register of staff, so without letters: {people}. Enter them, or correct positions.toml",
        people=missing,
    )


CHECKS = (
    Check("master_key", msg("check.master_key", "master key"), _master_key),
    Check(
        "candidate_keys",
        msg("check.candidate_keys", "keys of candidates"),
        _candidate_keys,
        ("master_key", "database_form"),
    ),
    Check("register", msg("check.register", "register of staff"), _register, ("database_form",)),
    Check("operators", msg("check.operators", "operators"), _operators, ("register",)),
    Check("worker_key", msg("check.worker_key", "worker's key"), _worker_key, ("register",)),
    Check("server_keys", msg("check.server_keys", "servers' keys"), _server_keys, ("register",)),
    Check("key_files", msg("check.key_files", "files of keys"), _key_files),
    Check("programmes", msg("check.programmes", "programmes"), _programmes),
    Check("rules", msg("check.rules", "rules in force"), _rules, ("register", "programmes")),
    Check(
        "positions",
        msg("check.positions", "supervisors and mentors of positions"),
        _positions,
        ("register", "programmes"),
    ),
)
