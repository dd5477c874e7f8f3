"""The runbook, typed from its pages on real servers: an installation lives through what each chapter is about."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from runtime.build import build_id
from services.operations.keeping_up import LOOK_EVERY
from tests.support.agreeing import eventually
from tests.support.installation import NUMBERS, UNITS, Installation, bare_machine
from tests.support.notices import SECRET
from tests.support.processes import ROOT, Ended, run
from tests.support.runbook import Command
from tests.support.sealing import MASTER_KEY
from tests.support.waiting import until

CODE = re.compile(r"telephone: (\S+)")


@pytest.fixture(scope="module")
async def installed(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """An installation with a worker at work, and the first candidate."""
    async with bare_machine(postgres_server, tmp_path_factory.mktemp("runbook")) as machine:
        for _ in range(5):
            await machine.types("install", "test_install", PASSWORD="of-nobody")
        *_, anna, per = await machine.types("install", "test_install")
        await machine.types("install", "test_install", CODE_OF_ANNA=code_in(anna), CODE_OF_PER=code_in(per))
        await machine.types("install", "test_install")
        await machine.types("install", "test_install", NUMBER=next(NUMBERS))
        machine.shell.environment["HELAVAGEN_ACTOR"] = "kim.dahl"
        yield machine


def code_in(invited: Ended) -> str:
    found = CODE.search(invited.output)
    assert found
    return found[1]


async def test_install(installed: Installation) -> None:
    [sound] = await installed.types("runbook", "test_install")
    assert "all is sound" in sound.output
    [counted] = await installed.types("upgrade", "test_install", OLD=build_id(None))
    assert counted.output
    assert len(json.loads((await installed.admin("list", "--json")).output)) == 1
    assert installed.all_is_typed("test_install")


async def test_install_under_systemd(postgres_server: str, tmp_path: Path) -> None:
    """Root types the page; units do what they would with the settings and credentials that they name, and no others."""
    name, release = "test_install_under_systemd", "0.1.0-1"
    async with bare_machine(postgres_server, tmp_path) as machine:
        under_systemd(machine, release)
        await machine.types("install", name, PASSWORD="of-nobody")
        await eventually(lambda: machine.admin("version", "list"), lambda listed: release in listed.output)
        *_, sound = await machine.types("install", name)
        assert "all is sound" in sound.output
        by_kim = ("staff", "add", "anna.berg", "--name", "Anna Berg", "--role", "coordinator", "--town", "2480")
        for words in (by_kim, ("staff", "invite", "anna.berg")):
            said = await run("admin.py", *words, env=machine.shell.environment)
        await machine.admin("enrol", "anna.berg", "--code", code_in(said))
        await machine.is_in(await machine.refers(), "referral")
        assert machine.all_is_typed(name)


def under_systemd(machine: Installation, release: str) -> None:
    """What the page's first blocks have made: folders, settings, secrets."""
    environment, folder = machine.shell.environment, machine.folder
    for made in ("secrets", "master", "webhook_secrets", "partners", "disposals", f"opt/{release}/app"):
        (folder / made).mkdir(parents=True)
    (folder / "master" / "master.key").write_text(MASTER_KEY.get_secret_value())
    (folder / "master" / "master.key").chmod(0o440)
    (folder / "webhook_secrets" / "arbetsformedlingen").write_text(SECRET)
    for role, address in machine.addresses.items():
        (folder / "secrets" / f"{role}.url").write_text(address)
    ours = {
        **{one: environment.pop(one) for one in ("HELAVAGEN_WEBHOOK_CATCH_ALL", "HELAVAGEN_SMTP_TLS")},
        "TEMPORAL_ADDRESS": machine.shell.fills["temporal.employer.example:7233"],
        "HELAVAGEN_SMTP_PORT": machine.shell.fills.pop("587"),
        "HELAVAGEN_PROGRAMMES": str(ROOT / "programmes"),
        "HELAVAGEN_DATA": str(folder / "state"),
    }
    told = (UNITS / "settings.env").read_text()
    told = told.replace("/etc/hela-vagen", str(folder)).replace("/srv/hela-vagen", str(folder / "disposals"))
    (folder / "settings.env").write_text(told + "".join(f"{one}={value}\n" for one, value in ours.items()))
    machine.shell.fills["/opt/hela-vagen"] = str(folder / "opt")
    environment.update(release=release, HOME=str(folder / "home"))


async def test_a_partner_is_away(installed: Installation) -> None:
    name, candidate = "test_a_partner_is_away", await installed.refers()
    installed.partner.answer = (503, b"", {})
    await installed.admin("signal", candidate, "referral_accepted")
    await until(lambda: installed.partner.requests)
    await installed.types("outages", name)
    waiting, dead = await installed.types("outages", name)
    assert ("pending" in waiting.output, candidate in dead.output) == (True, False)

    installed.partner.answer = (410, b"", {})
    dead = await eventually(lambda: installed.admin("notices", "--dead"), lambda said: candidate in said.output)
    assert "gone (410)" in " ".join(dead.output.split())
    installed.partner.answer = (204, b"", {})
    before = len(installed.partner.requests)
    [notice] = ids_of(installed, candidate, "referral_accepted")
    await installed.types("outages", name)
    await until(lambda: ids_of(installed, candidate, "referral_accepted", before))
    assert ids_of(installed, candidate, "referral_accepted", before) == {notice}
    assert installed.all_is_typed(name)


def ids_of(installed: Installation, candidate: str, kind: str, first: int = 0) -> set[str]:
    """The webhook ids by which the partner was told of an event of a candidate."""
    told = installed.partner.requests[first:]
    return {headers["webhook-id"] for _, headers, body in told if candidate in str(body) and kind in str(body)}


async def test_a_webhook_secret_changes(installed: Installation) -> None:
    name = "test_a_webhook_secret_changes"
    file = installed.folder / "webhook_secrets" / "arbetsformedlingen"
    old = file.read_text().strip()
    file.chmod(0o440)
    await installed.types("keys", name)
    new, *rest = file.read_text().splitlines()
    assert (rest, file.stat().st_mode & 0o777) == ([old], 0o440)

    async def verified() -> list[bool]:
        return verified_by(await told_by(installed), old, new)

    await eventually(verified, lambda by: by == [True, True], every=LOOK_EVERY)  # by the worker that runs
    await installed.types("keys", name)
    await eventually(verified, lambda by: by == [False, True], every=LOOK_EVERY)
    assert installed.all_is_typed(name)


async def told_by(installed: Installation) -> tuple[dict[str, str], bytes]:
    """The webhook of an event: its headers and its body."""
    before = len(installed.partner.requests)
    await installed.admin("signal", await installed.refers(), "referral_accepted")
    [(_, headers, body), *_] = await until(lambda: installed.partner.requests[before:])
    return headers, body


def verified_by(told: tuple[dict[str, str], bytes], *secrets: str) -> list[bool]:
    headers, body = told

    def verifies(secret: str) -> bool:
        try:
            Webhook(secret).verify(body, headers, json_parse=False)
        except WebhookVerificationError:
            return False
        return True

    return [verifies(secret) for secret in secrets]


async def test_the_database_is_away(installed: Installation) -> None:
    name, candidate = "test_the_database_is_away", await installed.refers()
    away = "alter role hela_vagen_{} nologin"
    ended = "select pg_terminate_backend(pid) from pg_stat_activity where usename like 'hela_vagen_%'"
    await installed.owner_says("; ".join([away.format("worker"), away.format("audit"), ended]))
    await installed.admin("signal", candidate, "referral_accepted", "--no-wait")
    await installed.owner_says(f"{away.format('staff')}; {ended}")
    [wrong] = await installed.types("outages", name)
    assert "database" in wrong.output
    await installed.owner_says(
        "; ".join(f"alter role hela_vagen_{role} login" for role in ("worker", "staff", "audit"))
    )
    await installed.is_in(candidate, "requirement_check")
    assert '"says": "The database ' in (installed.folder / "worker.log").read_text()
    assert installed.all_is_typed(name)


async def test_keys_are_lost(installed: Installation) -> None:
    name, keys, candidate = "test_keys_are_lost", installed.folder / "keys", await installed.refers()

    (keys / "worker.pem").rename(installed.folder / "lost.pem")
    await installed.types("keys", name)
    await installed.admin("signal", candidate, "referral_accepted")
    workers = json.loads((await installed.admin("staff", "workers", "--json")).output)
    _, revoked = await installed.types("keys", name, KEY=workers[-1]["key"])
    assert "counts no more" in revoked.output

    _, invited = await installed.types("keys", name)
    said = "The key is not enrolled"
    assert said in (await installed.admin("signal", candidate, "paused", "--reason", "Leave", status=1)).errors
    (keys / "anna.berg.pem").unlink()
    await installed.types("keys", name, CODE_OF_ANNA=code_in(invited))
    await installed.admin("signal", candidate, "paused", "--reason", "Leave")

    file = installed.folder / "master" / "master.key"
    file.rename(installed.folder / "safe")
    assert (await run("admin.py", "doctor", env=installed.shell.environment)).status == 1
    (installed.folder / "safe").rename(file)
    file.chmod(0o440)
    await installed.types("keys", name)
    for _ in range(3):
        counted = await installed.types("keys", name)
    assert re.search(r"^\s*[0-9a-f]{8}\s+[1-9]\d*\s+current", counted[-1].output, re.MULTILINE), counted
    changed = await installed.types("keys", name)
    assert (len(file.read_text().split()), file.stat().st_mode & 0o777) == (1, 0o440), changed
    await installed.types("keys", name, AUDITORS_FOLDER=str(installed.folder))
    assert installed.all_is_typed(name)


async def test_everything_is_put_back(installed: Installation) -> None:
    name, environment = "test_everything_is_put_back", installed.shell.environment
    early, later, unknown = await installed.refers(), await installed.refers(), ""
    await installed.types("restore", name)
    await installed.admin("signal", early, "referral_accepted")
    for _ in range(2):
        await installed.types("restore", name)
    await installed.admin("signal", later, "referral_accepted")
    unknown = await installed.refers()

    await installed.stops_worker()
    await installed.stops_temporal()
    for lost in ("keys", "webhook_secrets"):
        shutil.rmtree(installed.folder / lost)
        (installed.folder / lost).mkdir()
    for file in installed.folder.glob("temporal.db*"):
        file.unlink()
    await installed.types("restore", name)
    await installed.types("restore", name)
    await installed.starts_temporal(
        installed.folder / "temporal.db", int(environment["TEMPORAL_ADDRESS"].split(":")[1])
    )
    for _ in range(4):
        await installed.types("restore", name)
    await installed.is_in(early, "requirement_check")
    await installed.is_in(later, "referral")
    listed = json.loads((await installed.admin("list", "--json")).output)
    assert unknown not in {one["candidate"] for one in listed}
    assert installed.all_is_typed(name)


async def test_moving_to_another_cluster(installed: Installation) -> None:
    name, candidate = "test_moving_to_another_cluster", await installed.refers()
    await installed.types("moving", name)
    await installed.types("moving", name)
    await installed.types("moving", name, until="Total: 0")
    await installed.types("moving", name, until="0 not yet")
    await installed.stops_worker()
    await installed.stops_temporal()
    installed.shell.environment["TEMPORAL_ADDRESS"] = await installed.starts_temporal(installed.folder / "new.db")
    await installed.types("moving", name)
    lost = await installed.admin("signal", candidate, "referral_accepted", status=3)
    assert "Temporal no longer runs it" in lost.errors
    [repaired] = await installed.types("moving", name)
    assert "not repaired" not in repaired.output
    await installed.admin("signal", candidate, "referral_accepted")
    await installed.types("moving", name)
    assert installed.all_is_typed(name)


async def test_temporal_is_lost(installed: Installation) -> None:
    """Somebody has deleted the namespace, and nobody has a back-up of it."""
    name, candidate = "test_temporal_is_lost", await installed.refers()
    await installed.stops_worker()
    await installed.stops_temporal()
    installed.shell.environment["TEMPORAL_ADDRESS"] = await installed.starts_temporal(installed.folder / "empty.db")
    await installed.shell.types(Command("python admin.py setup"))
    await installed.starts_worker()
    await installed.types("restore", name)
    await installed.admin("signal", candidate, "referral_accepted")
    assert installed.all_is_typed(name)
