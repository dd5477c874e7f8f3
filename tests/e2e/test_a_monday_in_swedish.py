"""A Monday of a coordinator and an auditor who read Swedish: no English word in anything that they are shown."""

import sqlite3
from asyncio import Semaphore, gather
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.testing import WorkflowEnvironment

from models.calendar.swedish_day import day_in_sweden
from tests.support.import_files import made_up_number
from tests.support.languages import english_in
from tests.support.namespaces import in_a_namespace_of_its_own
from tests.support.office import TestOffice, a_corrected_way, open_office
from tests.support.processes import Ended, of_office, run

HEADER = "Personnummer;Namn;E-post;Telefon;Program;Anvisande part;Kommunkod;Samordnare;Anvisad den"

TYPED = ("partner_acknowledged",)
"""What stands in a command that is to be typed once somebody knows."""

WHY = ("--because", "Bo är ledig.")


class Monday:
    """Runs commands in Swedish and keeps what they said."""

    def __init__(self, office: TestOffice, folder: Path) -> None:
        self.env = of_office(office, HELAVAGEN_LANG="sv", HELAVAGEN_ACTOR="anna.berg", NO_COLOR="1")
        self.folder = folder
        self.told: list[tuple[str, str]] = []

    async def says(self, script: str, *arguments: str, status: int = 0) -> Ended:
        """What a command says, which ends with this status."""
        ended = await run(script, *arguments, env=self.env)
        command = " ".join((script, *arguments))
        assert ended.status == status, (command, ended)
        assert "Traceback" not in ended.errors
        self.told.append((command, ended.output + ended.errors))
        return ended

    async def says_all(self, script: str, *commands: tuple[str, ...], status: int = 0) -> None:
        """The same for commands of which none needs what another does."""
        at_once = Semaphore(2)

        async def says(command: tuple[str, ...]) -> None:
            async with at_once:
                await self.says(script, *command, status=status)

        await gather(*map(says, commands))

    def written(self, name: str) -> str:
        """A file that a command wrote, which is read too."""
        text = (self.folder / name).read_text("utf-8-sig")
        self.told.append((name, text))
        return text

    @property
    def english(self) -> dict[str, list[str]]:
        """Each command that says something in English, with the words."""
        texts = ((command, text.replace(str(self.folder), "")) for command, text in self.told)
        found = {command: english_in(text, TYPED) for command, text in texts}
        return {command: words for command, words in found.items() if words}


async def test_a_monday_has_no_english_in_it(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_office(await in_a_namespace_of_its_own(temporal.client), tmp_path) as office:
        monday = Monday(office, tmp_path)
        await people_come(monday)
        candidate = await the_way_of_one(monday)
        whole = (await a_corrected_way(office)).split("/")[1]
        await lists_and_reports(monday, candidate)
        await training(monday)
        await the_auditor(monday, candidate, whole)
        await what_is_typed_wrongly(monday, candidate)
    assert len(monday.told) > 80
    assert monday.english == {}


async def people_come(monday: Monday) -> None:
    """A list with bad rows, and the file of the rejected rows."""
    good = f"{made_up_number('19900102', 985)};Åsa Övning;;;service_division;samhall;2480;anna.berg;2026-03-02"
    bad = (
        good.replace("900102", "900199"),
        good.replace("samhall", "nobody_known"),
        good.replace("2480", "9999"),
        good.replace("2026-03-02", "31/2"),
        good.replace(";;;", ";inte en adress;12;"),
        good.replace("Åsa Övning", ""),
        good.replace("service_division", "servis"),
        good,
    )
    (monday.folder / "list.csv").write_text("\r\n".join([HEADER, good, *bad]), "cp1252")
    await monday.says("admin.py", "import", str(monday.folder / "list.csv"), status=1)
    monday.written("list-att-rätta.csv")
    (monday.folder / "empty.csv").write_text("Namn\n")
    await monday.says("admin.py", "import", str(monday.folder / "empty.csv"), status=2)


async def the_way_of_one(monday: Monday) -> str:
    """Referred, checked, corrected by two, refused, handed over, with remarks; returns the candidate's number."""
    by = ("--partner", "samhall", "--town", "2480", "--coordinator", "anna.berg")
    person = ("--programme", "service_division", "--identity-number", made_up_number("19850505", 981))
    referred = await monday.says("admin.py", "refer", *person, "--name", "Påhittad Person", *by)
    candidate = referred.output.split()[1]
    await monday.says("admin.py", "refer", *person, "--name", "Påhittad Person", *by, status=1)
    possible = await monday.says("admin.py", "next", candidate, *WHY)
    assert "Väntar på svar på anvisningen (samordnaren)" in possible.output
    assert "godtagen anvisning" in possible.output
    refused = await monday.says("admin.py", "signal", candidate, "internship_completed", status=1)
    assert refused.errors.startswith("Inte godtagen: genomförd praktik kan inte registreras i steget anvisning.")
    assert "möjligt nu: godtagen anvisning, avböjd anvisning" in refused.errors
    await monday.says("admin.py", "signal", candidate, "referral_declined", status=2)
    await monday.says("admin.py", "signal", candidate, "godtagen anvisning", "--on", "idag")
    await monday.says("admin.py", "next", candidate, *WHY)
    findings = (
        "swedish_for_safety=met,hygiene_routines=trainable,shift_work=waived:bara dagtid,kitchen_experience=unmet"
    )
    await monday.says(
        "admin.py", "signal", candidate, "requirements_checked", "--findings", findings, "--profile", "hospital_service"
    )
    wrong = findings.replace("waived:bara dagtid", "unmet")
    mend = ("correct", candidate, "4", "--because", "felläst", "--findings", wrong)
    assert "kräver två" in (await monday.says("admin.py", *mend)).output
    waiting = (await monday.says("admin.py", "approvals", "--actor", "bo.lind")).output
    number = next(line.split()[0] for line in waiting.splitlines() if candidate in line)
    await monday.says("admin.py", "approve", number, status=1)
    await monday.says("admin.py", "approve", number, "--actor", "bo.lind")
    await monday.says("admin.py", "correct", candidate, "6", "--because", "det var rätt", "--strike")
    today = str(day_in_sweden(datetime.now(UTC)))
    place = ("--position", "lasarettet_ward_service", "--starts-on", today, "--ends-on", today)
    await monday.says("admin.py", "next", candidate, *WHY)
    await monday.says("admin.py", "positions", "--queue")
    await monday.says("admin.py", "signal", candidate, "coordinator_changed", "--coordinator", "bo.lind")
    await monday.says("admin.py", "signal", candidate, "internship_agreed", *place)
    await monday.says("admin.py", "signal", candidate, "note_added", "--text", "Ringde i dag.", "--no-wait")
    await monday.says("admin.py", "next", candidate, *WHY)
    await monday.says("admin.py", "signal", candidate, "paused", "--reason", "Föräldraledig en tid.")
    await monday.says("admin.py", "next", candidate, *WHY)
    await monday.says("admin.py", "signal", candidate, "resumed")
    await monday.says("admin.py", "signal", candidate, "check_in_recorded", "--remark", "Det går bra.")
    for more in ((), ("--remarks", *WHY), ("--identity", "--because", "Ringa om måndagen.", "--urgent")):
        await monday.says("admin.py", "show", candidate, *(more or WHY))
    await monday.says("admin.py", "identities", candidate, *WHY)
    await monday.says("admin.py", "signal", candidate, "internship_completed")
    await monday.says("admin.py", "next", candidate, *WHY)
    scores = "tasks=4,reliability=4,cooperation=4,hygiene_routines=4"
    await monday.says(
        "admin.py",
        "signal",
        candidate,
        "evaluation_recorded",
        "--favourable",
        "true",
        "--scores",
        scores,
        "--actor",
        "supervisor:jonas.alm",
    )
    role = (
        *place[:4],
        "--ends-on",
        str(day_in_sweden(datetime.now(UTC)) + timedelta(60)),
        "--form",
        "special_fixed_term",
    )
    await monday.says("admin.py", "signal", candidate, "temporary_role_agreed", *role)
    await monday.says("admin.py", "next", candidate, *WHY)
    to_today = ("admin.py", "rules", candidate, "--because", "nya tidsfrister", "--actor", "manager:lena.strand")
    await monday.says(*to_today, status=1)  # which are today's already
    return candidate


async def lists_and_reports(monday: Monday, candidate: str) -> None:
    """What stands where, in every list and in every form of a report, with a certificate."""
    await monday.says_all(
        "admin.py",
        ("today",),
        ("today", "--page", "9"),
        ("list",),
        ("list", "--stage", "closed", "--programme", "easy_jobs"),
        ("positions",),
        ("positions", "--free"),
        ("notices",),
        ("notices", "--dead"),
        ("notices", "--candidate", candidate),
        ("inbox",),
        ("reads",),
        ("reads", "--since", "2026-01-01"),
        ("show", candidate, *WHY),
        ("next", candidate, *WHY),
        ("position", "check"),
        ("programme", "list"),
        ("programme", "guide", "service_division"),
        ("programme", "check"),
        ("report", "service_division", "--actor", "lena.strand"),
        ("report", "service_division", "--publish", "--actor", "lena.strand"),
        ("renew", "--dry-run"),
    )
    await monday.says("admin.py", "renew")
    await monday.says("admin.py", "resend", "--all")
    csv, page = monday.folder / "report.csv", monday.folder / "report.html"
    files = ("--csv", str(csv), "--html", str(page))
    await monday.says("admin.py", "report", "service_division", "--actor", "lena.strand", *files)
    monday.written("report.csv")
    monday.written("report.html")
    html, pdf = monday.folder / "certificate.html", monday.folder / "certificate.pdf"
    await monday.says(
        "admin.py",
        "certificate",
        candidate,
        "--because",
        "Kandidaten bad om det.",
        "--html",
        str(html),
        "--pdf",
        str(pdf),
    )
    monday.written("certificate.html")


async def training(monday: Monday) -> None:
    """Who works in a unit and what they have taken."""
    unit, part = "lasarettet_transport", ("values_and_diversity", "own_prejudices")
    for command in (
        ("staff", unit, "jonas.alm", "--form", "permanent", "--from", "2024-01-01"),
        ("staff", unit, "eva.sjo", "--form", "temporary", "--from", "2024-01-01", "--until", "2026-12-31"),
        ("record", "jonas.alm", *part, "--on", "2026-01-02"),
        ("record", "jonas.alm", *part, "--on", "2026-01-02"),
        ("record", "jonas.alm", *part, "--on", "2026-01-02", "--strike"),
        ("show",),
        ("show", unit),
    ):
        await monday.says("admin.py", "training", *command)
    file = monday.folder / "training.csv"
    file.write_text("person,package,part,on\njonas.alm,values_and_diversity,shared_values,2026-01-02\n")
    await monday.says("admin.py", "training", "import", str(file))
    file.write_text("person,package,part,on\njonas.alm,values_and_diversity,okänd,2026-01-02\n")
    await monday.says("admin.py", "training", "import", str(file), status=2)
    file.write_text("person,package\n")
    await monday.says("admin.py", "training", "import", str(file), status=2)


async def the_auditor(monday: Monday, candidate: str, whole: str) -> None:
    """Verification with and without findings, why for every row, the timeline in every form, moments, a bundle."""
    for of, rows in ((candidate, (2, 5, 6, 7)), (whole, (1, 4, 5, 9, 10))):
        await monday.says_all(
            "audit.py",
            *(("timeline", of, "--format", form, "--notices") for form in ("text", "csv", "html")),
            ("state", of),
            ("state", of, "--at", "2026-03-02"),
            ("diff", of, "--from", "2026-01-01"),
            *(("why", of, str(row)) for row in rows),
        )
    await monday.says("audit.py", "identities", candidate)
    await monday.says("audit.py", "reads", "--candidate", candidate, "--programme", "service_division")
    await monday.says("audit.py", "reads", "--sample", "3", "--seed", "7")
    await monday.says("audit.py", "verify")
    key, checkpoint = monday.folder / "auditor.pem", monday.folder / "checkpoint.json"
    await monday.says("audit.py", "checkpoint-key", str(key))
    await monday.says("audit.py", "checkpoint", "--key", str(key), "--output", str(checkpoint))
    await monday.says("audit.py", "histories")
    await monday.says("admin.py", "rehearse")
    bundle = monday.folder / "bundle.zip"
    await monday.says("audit.py", "export", "--output", str(bundle), "--checkpoint", str(checkpoint))
    await monday.says("audit.py", "verify", "--bundle", str(bundle), "--checkpoint", str(checkpoint))
    tamper(monday)
    page = monday.folder / "verify.html"
    await monday.says("audit.py", "verify", "--checkpoint", str(checkpoint), "--html", str(page), status=1)
    monday.written("verify.html")
    await monday.says("admin.py", "reconcile", "--settle", "0", status=1)


def tamper(monday: Monday) -> None:
    """Something in each of the tables is changed by hand."""
    with closing(sqlite3.connect(monday.folder / "test.db")) as database:
        for trigger in ("ledger_no_update", "ledger_no_delete", "reads_no_update"):
            database.execute(f"drop trigger {trigger}")
        for change in (
            "update ledger set kind = 'note_added', stage_after = 'closed', accepted = 0 where row = 3",
            "update ledger set rules_digest = 'x', actor = 'manager:x' where row = 3",
            "update ledger set contents = x'00' where row = 4",
            "delete from ledger where row = 6",
            "update journeys set stage = 'closed', coordinator = 'bo.lind', waits_for = 'evaluation'",
            "update passages set stage = 'closed' where number = 1",
            "delete from findings",
            "delete from places_taken",
            "update notices set status = 'dead' where rowid % 3 = 0",
            "update notices set recipient = 'samhall' where rowid % 3 = 1",
            "delete from notices where rowid % 3 = 2",
            "update reads set number = 999 where number = 1",
            "update reads set commitment = 'x' where number = 2",
            "update reads set key = (select key from statements limit 1) where number = 3",
        ):
            database.execute(change)
        database.commit()


async def what_is_typed_wrongly(monday: Monday, candidate: str) -> None:
    """Errors of the parser and of the commands."""
    await monday.says_all(
        "admin.py",
        ("todya",),
        ("show",),
        ("show", "K7Q29FMXX"),
        ("show", candidate, "--urgent"),
        ("show", candidate, "--actor", "anna.berg"),
        ("show", candidate, "--identity"),
        ("list", "--stage", "okänt"),
        ("list", "--limit", "0"),
        ("list", "--limit", "x"),
        ("list", "--programme", "okänt"),
        ("list", "--coordinator", "okänd"),
        ("list", "--town", "1"),
        ("positions", "--town", "2480"),
        ("signal", candidate, "okänd_händelse"),
        ("signal", candidate, "note_added", "--nonsens", "1"),
        ("signal", candidate, "note_added", "--text"),
        ("signal", candidate, "note_added", "--data", "{"),
        ("signal", candidate, "note_added", "--text", "x", "--on", "snart"),
        ("signal", candidate, "note_added", "--text", "x", "--event-id", "1"),
        ("signal", candidate, "note_added", "--text", "x", "--actor", "okänd"),
        ("correct", candidate, "99", "--because", "x", "--strike"),
        ("correct", candidate, "2", "--because", "x"),
        ("refer", "--programme", "service_division"),
        ("resend",),
        ("resend", "1"),
        ("certificate", candidate, "--because", "x"),
        ("programme", "guide", "okänt"),
        ("report", "okänt"),
        ("training", "staff", "okänd", "jonas.alm", "--form", "permanent"),
        ("training", "staff", "lasarettet_transport", "jonas.alm", "--form", "okänd"),
        ("import", str(monday.folder / "finns_inte.csv")),
        status=2,
    )
    await monday.says_all(
        "audit.py",
        ("why", candidate, "99"),
        ("state", candidate, "--at", "snart"),
        ("diff", candidate, "--from", "snart"),
        ("diff", candidate, "--from", "2026-03-02", "--to", "2026-03-01"),
        ("timeline", candidate, "--format", "okänt"),
        ("timeline", candidate, "--lang", "fi"),
        ("verify", "--manifest", "x"),
        ("reads", "--seed", "1"),
        ("verify", "--bundle", str(monday.folder / "finns_inte")),
        ("check-proof", str(monday.folder / "list.csv")),
        status=2,
    )


async def test_a_language_that_is_not_known_is_said_in_english(temporal: WorkflowEnvironment, tmp_path: Path) -> None:
    async with open_office(temporal.client, tmp_path, with_worker=False) as office:
        ended = await run("admin.py", "today", env=of_office(office, HELAVAGEN_LANG="fi"))
    assert (ended.status, ended.errors) == (2, "HELAVAGEN_LANG must be one of sv, en.\n")
