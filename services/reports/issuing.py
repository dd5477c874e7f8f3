"""Reports as they are asked for: true figures for whoever may read them, and those that are published for everybody.

A published report stands for its calendar month: whoever asks within it is given the same figures. In a later month a
new one takes its place, once its totals differ from all earlier ones by five people at least.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.chained_rows import hold_back_others
from models.access.permissions import Reading, Relation, is_permitted
from models.identifiers import Actor
from models.programme.programme import Programme
from models.tables.people import ReportRow
from runtime.errors import Refused, UsageError
from services.application import Application
from services.chained_rows import append
from services.readers import actors_of, assignments_of, require_known, stranger
from services.reports.counting import Counts, count
from services.reports.figures import Figures
from services.reports.publishing import BASIS, Basis, may_follow, own_figures, publish

READ, PUBLISHED = "read", "published"
"""What a row of the log of reports says was done."""


def own_report(application: Application, rules: Programme, given: str | None) -> Figures:
    """The true figures of a programme today, once it is written down that somebody reads them.

    Raises UsageError where nobody says who they are, and Refused where they may not.
    """
    reader = _reader(application, rules, given)
    with Session(application.writing) as session, session.begin():
        row = ReportRow(programme=rules.id, act=READ, day=application.today(), figures=None, basis=None)
        _write(application, session, row, reader)
    return _with_names(application, own_figures(rules, _counts(application, rules), application.today()))


def latest_published(application: Application, rules: Programme) -> Figures | None:
    """The figures of a programme that were published last; None where none were. Nothing is written down."""
    latest = _published(application, rules.id)[-1:]
    return _figures_in(latest[0]) if latest else None


def may_read_own(application: Application, rules: Programme) -> bool:
    """Whether whoever is here may read true figures of a programme, and publish those that may be handed on."""
    try:
        _reader(application, rules, None)
    except (Refused, UsageError):
        return False
    return True


def published_report(application: Application, rules: Programme, given: str | None) -> Figures:
    """The figures of a programme that may be handed on: those of this month, made now by whoever may where there are
    none yet. To all others, the latest ones.

    Raises Refused where there are none and whoever asks may not make them.
    """
    today = application.today()
    latest = _published(application, rules.id)[-1:]
    if latest and _month(latest[0].day) == _month(today):
        return _figures_in(latest[0])
    try:
        publisher = _reader(application, rules, given)
    except (Refused, UsageError):
        if latest:
            return _figures_in(latest[0])
        raise Refused(
            "report.not_published",
            "No report of this programme has been published. Ask the programme's manager to publish one.",
        ) from None
    counts = _counts(application, rules)
    with Session(application.writing) as session, session.begin():
        hold_back_others(session, ReportRow)
        rows = _published_in(session, rules.id)  # somebody may have been quicker
        if rows and _month(rows[-1].day) == _month(today):
            return _figures_in(rows[-1])
        earlier = [_basis_of(row) for row in rows]
        made = publish(rules, counts, today, earlier)
        if not may_follow(made.basis, earlier):
            return _figures_in(rows[-1])
        named = _with_names(application, made.figures)
        figures, basis = named.model_dump_json(), BASIS.dump_json(made.basis).decode()
        row = ReportRow(programme=rules.id, act=PUBLISHED, day=today, figures=figures, basis=basis)
        _write(application, session, row, publisher)
    return named


def _with_names(application: Application, figures: Figures) -> Figures:
    """Towns by their names, as far as the files have them."""
    names = application.book.town_names
    towns = [one.model_copy(update={"name": names.get(one.group)}) for one in figures.towns]
    return figures.model_copy(update={"towns": tuple(towns)})


def _reader(application: Application, rules: Programme, given: str | None) -> Actor:
    """Who asks, in that of their roles in which they may read true figures of the programme."""
    actors = actors_of(application, given)
    require_known(application, actors[0])
    for one in actors:
        if is_permitted(one.role, Reading.REPORT, _relation(application, rules.id, one)):
            return one
    if not assignments_of(application, actors[0].name):
        raise Refused(stranger(actors[0].name))
    raise Refused(
        "report.for_its_manager",
        "Only the manager of {programme} and the auditors read its true figures. Ask for the published report.",
        programme=rules.name,
    )


def _relation(application: Application, programme: str, actor: Actor) -> Relation | None:
    held = [one for one in assignments_of(application, actor.name) if one.role is actor.role]
    if any(one.is_in(programme, None) for one in held):
        return Relation.PROGRAMME
    return Relation.ANY if held else None


def _counts(application: Application, rules: Programme) -> Counts:
    kinds = {partner.id: partner.kind.value for partner in application.book.partners}
    return count(application.reading, rules.id, kinds, application.today(), application.authority.joins)


def _write(application: Application, session: Session, row: ReportRow, by: Actor) -> None:
    append(session, row, by=str(by), at=application.now(), keyring=application.keyring)


def _published(application: Application, programme: str) -> Sequence[ReportRow]:
    with Session(application.reading) as session:
        return _published_in(session, programme)


def _published_in(session: Session, programme: str) -> Sequence[ReportRow]:
    """The reports of a programme that were published, the first one first."""
    of = select(ReportRow).where(ReportRow.programme == programme, ReportRow.act == PUBLISHED)
    return session.scalars(of.order_by(ReportRow.number)).all()


def _figures_in(row: ReportRow) -> Figures:
    return Figures.model_validate_json(row.figures or "")


def _basis_of(row: ReportRow) -> Basis:
    return BASIS.validate_json(row.basis or "")


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
