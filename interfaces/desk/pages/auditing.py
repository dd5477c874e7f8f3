"""Granskning: for auditors. What happened to somebody and why, who has read of whom, and whether it is all true."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, time
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse

from auditing.bundle.held import HeldBundle
from auditing.bundle.request import Identities, Wanted
from auditing.evidence.recorded import JourneyRecord, everything_of
from auditing.inspection.moments_told import state_told
from auditing.inspection.omissions import omissions
from auditing.inspection.opening import auditor, is_open_today, line_of, open_to_auditor, require_open
from auditing.inspection.state_at import read_instant, read_known_by, state_at
from auditing.inspection.timeline import timeline
from auditing.inspection.timeline_forms import circumstances
from auditing.inspection.why import why, why_all
from auditing.inspection.why_told import journey_told, why_told
from auditing.population.scope import Scope
from auditing.verification.about import about_told
from auditing.verification.held import HeldAudit
from auditing.verification.request import AuditRequest
from interfaces.desk.asked import Asked, go_to, in_thread, page
from interfaces.desk.begun import begun, go_on, looked_at_again
from interfaces.desk.checking import Checks
from interfaces.desk.menu import MenuItem
from interfaces.desk.mistakes import told
from interfaces.desk.routing import get, post
from interfaces.desk.values import number_of
from models.access.permissions import PERMISSIONS, Reading
from models.identifiers import Role, shown_parts
from models.message import N_
from runtime.errors import UserError
from runtime.i18n import _, day_told, moment_told, translate
from services.application import candidate_of, programme_of
from services.days import day_of
from services.names import told_by_names
from services.queries.drawing import new_seed
from services.queries.lines import JourneyLine
from services.queries.reads import ReportRead, of_unit, openings, report_reads, sample
from services.queries.reads import reads as every_reading
from services.queries.reads_told import openings_told, reads_told, reports_told, sample_told
from services.queries.titles import Titles
from services.reading import known_with_a_reason
from services.texts import opened
from services.told import Block, TableTold, shown_of

WHERE = "/granskning"

READINGS_SHOWN = 100


def begin(asked: Asked) -> Response:
    """What can be looked into, and what the reader has begun."""
    auditor(asked.application)
    return _begin(asked)


def _begin(asked: Asked, status: int = 200, checks: Checks | None = None) -> Response:
    return page(
        asked,
        "audit.html.j2",
        status,
        errors=checks.errors if checks else [],
        programmes=_programmes(asked),
        audits=begun(asked, HeldAudit).of(asked.person),
        bundles=begun(asked, HeldBundle).of(asked.person),
    )


def _programmes(asked: Asked) -> list[tuple[str, str]]:
    titles = Titles(asked.application.book)
    return [(id_, titles.programme(id_)) for id_ in asked.application.book.titles]


def open_(asked: Asked) -> Response:
    """Write down why somebody is looked into, and show what happened to them."""
    application, checks = asked.application, Checks()
    auditor(application)
    candidate, programme = asked.said("candidate"), asked.said("programme")
    line = checks.read("candidate", lambda: line_of(application, candidate or "", programme))
    if line is None:
        return _begin(asked, 422, checks)
    checks.read(
        "because", lambda: open_to_auditor(application, line.candidate, _programme_in(line), asked.said("because"))
    )
    return _begin(asked, 422, checks) if checks.errors else go_to(_address(line))


def _programme_in(line: JourneyLine) -> str:
    return shown_parts(line.journey_id)[1]


def _address(line: JourneyLine, more: str = "", **values: str) -> str:
    return f"{WHERE}/{line.candidate}{more}?{urlencode({'program': _programme_in(line), **values})}"


def _opened(asked: Asked) -> JourneyLine | None:
    """The journey that is asked for, where it is written down that the reader looks into it today."""
    auditor(asked.application)
    line = line_of(asked.application, asked.part("candidate"), asked.given("program"))
    return line if is_open_today(asked.application, asked.person, line) else None


def _to_open(asked: Asked) -> Response:
    told = {"nummer": asked.part("candidate"), "program": asked.given("program") or ""}
    return go_to(f"{WHERE}?{urlencode(told)}")


async def what_happened(asked: Asked) -> Response:
    """The timeline of a journey, with what became of each notice, and with what did not happen."""
    line = await in_thread(_opened, asked)
    if line is None:
        return _to_open(asked)
    application, why_not = asked.application, None
    try:
        record: JourneyRecord | None = await everything_of(application, line.journey_id)
    except UserError as error:
        record, why_not = None, translate(told(error))
    return await in_thread(_timeline, asked, line, record, why_not)


def _timeline(asked: Asked, line: JourneyLine, record: JourneyRecord | None, why_not: str | None) -> Response:
    application, lists = asked.application, asked.application.lists
    lines, notices = opened(lists.ledger(line.journey_id), None), lists.notices_of(line.journey_id)
    with _by_names(asked, line, record):
        lacks = omissions(record, application.today()) if record else ()
        rows = timeline(lines, notices, lacks, application.now())
        return page(
            asked,
            "audit_timeline.html.j2",
            **_of(asked, line),
            rows=[(row, circumstances(row)) for row in rows],
            why_not=why_not,
            day=day_told,
            identity=openings_told(openings(application.reading, line.candidate)),
            today=application.today(),
        )


def _by_names(asked: Asked, line: JourneyLine, record: JourneyRecord | None = None) -> AbstractContextManager[None]:
    """Codes by the names that the rules of then give, or those of today."""
    application = asked.application
    rules = record.rules if record else application.book.find(line.programme)
    return told_by_names(application.book, rules, application.authority)


def _of(asked: Asked, line: JourneyLine) -> dict[str, Any]:
    titles = Titles(asked.application.book)
    return {
        "line": line,
        "programme": titles.programme(line.programme),
        "program": _programme_in(line),
        "address": lambda more="", **values: _address(line, more, **values),
    }


async def state(asked: Asked) -> Response:
    """Where a journey stood at a moment, by what was recorded then and by what is known now."""
    line = await in_thread(_opened, asked)
    if line is None:
        return _to_open(asked)
    application = asked.application
    moment = read_instant(asked.given("dag"), application.now())
    known = read_known_by(asked.given("kand"), application.now())
    recorded = await everything_of(application, line.journey_id)
    with await in_thread(_by_names, asked, line, recorded):
        found = await in_thread(state_at, recorded, moment, known.at)
        table, *blocks = state_told(found)
    if isinstance(table, TableTold):  # the page itself says whose it is
        table = table._replace(title=moment_told(found.at))
    return page(
        asked, "audit_told.html.j2", **_of(asked, line), title=_("Where the way stood"), blocks=[table, *blocks]
    )


async def explained(asked: Asked) -> Response:
    """Why an event was accepted or refused."""
    line = await in_thread(_opened, asked)
    if line is None:
        return _to_open(asked)
    recorded = await everything_of(asked.application, line.journey_id)
    with await in_thread(_by_names, asked, line, recorded):
        blocks = list(why_told(await in_thread(why, recorded, asked.part("row"))))
    title = _("Why row {row} was answered as it was", row=asked.part("row"))
    return page(asked, "audit_told.html.j2", **_of(asked, line), title=title, blocks=blocks)


async def every_row_explained(asked: Asked) -> Response:
    """Why each event of a journey was accepted or refused, and what the journey lacks."""
    line = await in_thread(_opened, asked)
    if line is None:
        return _to_open(asked)
    recorded = await everything_of(asked.application, line.journey_id)
    with await in_thread(_by_names, asked, line, recorded):
        found = await in_thread(why_all, recorded, asked.application.today())
        blocks = [*journey_told(found), *(block for one in found.rows for block in why_told(one))]
    title = _("Why each row was answered as it was")
    return page(asked, "audit_told.html.j2", **_of(asked, line), title=title, blocks=blocks)


def _reports(found: list[ReportRead]) -> list[Block]:
    """Who has read reports, the latest first; nothing where nobody has."""
    shown = found[-READINGS_SHOWN:][::-1]
    return [reports_told(shown), shown_of(len(shown), len(found))] if found else []


def readings(asked: Asked) -> Response:
    """Who has read of whom, or some of it drawn at random."""
    application, checks = asked.application, Checks()
    auditor(application)
    written = {name: asked.given(name) for name in ("nummer", "lasare", "program", "ort", "fran", "antal", "fro")}
    candidate = checks.read("nummer", lambda: candidate_of(written["nummer"]) if written["nummer"] else None)
    since = checks.read("fran", lambda: day_of(written["fran"], application.today()) if written["fran"] else None)
    programme = checks.read(
        "program", lambda: programme_of(application, written["program"]) if written["program"] else None
    )
    values: dict[str, Any] = {
        "errors": checks.errors,
        "written": written,
        "programmes": _programmes(asked),
        "fields": _fields(written),
    }
    if checks.errors:
        return page(asked, "audit_readings.html.j2", 422, **values, blocks=[], number=1, more=False)
    from_then = datetime.combine(since, time.min, UTC) if since else None
    found = every_reading(application.reading, candidate=candidate, reader=written["lasare"], since=from_then)
    found = of_unit(found, application.authority, programme, written["ort"])
    if wanted := number_of(written["antal"], 0):
        seed = number_of(written["fro"], new_seed())
        blocks = list(sample_told(sample(found, wanted, seed)))
        return page(asked, "audit_readings.html.j2", **values, blocks=blocks, number=1, more=False)
    number = number_of(asked.given("sida"))
    last = len(found) - (number - 1) * READINGS_SHOWN
    shown = found[max(last - READINGS_SHOWN, 0) : max(last, 0)][::-1]
    blocks = [reads_told(shown, _("Nobody has read anything.")), shown_of(len(shown), len(found))]
    if candidate is None and number == 1:
        reports = report_reads(application.reading, reader=written["lasare"], since=from_then)
        blocks += _reports(of_unit(reports, application.authority, programme, written["ort"]))
    return page(asked, "audit_readings.html.j2", **values, blocks=blocks, number=number, more=last > READINGS_SHOWN)


def _fields(written: dict[str, str | None]) -> str:
    return urlencode({name: value for name, value in written.items() if value})


async def verify(asked: Asked) -> Response:
    """Begin to verify one journey, a programme, or everything."""
    application, checks = asked.application, Checks()
    await in_thread(auditor, application)
    candidate, programme = asked.said("verify-candidate"), asked.said("verify-programme")
    line = checks.read("verify-candidate", lambda: line_of(application, candidate, programme)) if candidate else None
    if checks.errors:
        return await in_thread(_begin, asked, 422, checks)
    scope = Scope(candidates=(line.candidate,) if line else (), programme=programme)
    work = HeldAudit(application, AuditRequest(scope, root=application.settings.root))
    id_ = begun(asked, HeldAudit).add(asked.person, work)
    await go_on(asked, HeldAudit, id_, HeldAudit.run)
    return go_to(f"{WHERE}/verifiera/{id_}")


def verified(asked: Asked) -> Response:
    """How far verifying has come, and what it found."""
    auditor(asked.application)
    work = begun(asked, HeldAudit).get(asked.person, asked.part("id"))
    path = f"{WHERE}/verifiera/{asked.part('id')}"
    return looked_at_again(
        asked, page(asked, "audit_verified.html.j2", work=work, path=path, about_told=about_told), is_busy=work.is_busy
    )


async def export(asked: Asked) -> Response:
    """Begin to make a bundle."""
    application, checks = asked.application, Checks()
    await in_thread(auditor, application)
    candidate, programme = asked.said("export-candidate"), asked.said("export-programme")
    because, actor = asked.said("export-because"), None
    if candidate:
        checks.read("export-candidate", lambda: require_open(application, asked.person, candidate, programme))
    if asked.said("export-personal"):
        actor = checks.read("export-because", lambda: known_with_a_reason(application, None, because))
    if checks.errors:
        return await in_thread(_begin, asked, 422, checks)
    named = Identities(application, actor, because or "") if actor else None
    work = HeldBundle(application, Wanted(candidate, programme, identities=named))
    id_ = begun(asked, HeldBundle).add(asked.person, work)
    await go_on(asked, HeldBundle, id_, HeldBundle.run)
    return go_to(f"{WHERE}/paket/{id_}")


def exported(asked: Asked) -> Response:
    """How far a bundle has come, and where it is downloaded."""
    auditor(asked.application)
    work = begun(asked, HeldBundle).get(asked.person, asked.part("id"))
    path = f"{WHERE}/paket/{asked.part('id')}"
    return looked_at_again(asked, page(asked, "audit_bundle.html.j2", work=work, path=path), is_busy=work.is_busy)


def bundle(asked: Asked) -> Response:
    """The bundle itself."""
    auditor(asked.application)
    work = begun(asked, HeldBundle).get(asked.person, asked.part("id"))
    if work.exported is None:
        return go_to(f"{WHERE}/paket/{asked.part('id')}")
    headers = {"Content-Disposition": 'attachment; filename="paket.zip"'}
    return StreamingResponse(work.content(), media_type="application/zip", headers=headers)


AUDITORS = frozenset(role for role in Role if Reading.AUDIT in PERMISSIONS[role])

menu = [MenuItem(90, WHERE, N_("Audit"), AUDITORS)]

routes = [
    get(WHERE, begin),
    post(f"{WHERE}/oppna", open_),
    get(f"{WHERE}/lasningar", readings),
    post(f"{WHERE}/verifiera", verify),
    get(f"{WHERE}/verifiera/{{id}}", verified),
    post(f"{WHERE}/paket", export),
    get(f"{WHERE}/paket/{{id}}", exported),
    get(f"{WHERE}/paket/{{id}}/fil", bundle),
    get(f"{WHERE}/{{candidate}}", what_happened),
    get(f"{WHERE}/{{candidate}}/lage", state),
    get(f"{WHERE}/{{candidate}}/varfor", every_row_explained),
    get(f"{WHERE}/{{candidate}}/varfor/{{row:int}}", explained),
]
