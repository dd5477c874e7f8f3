"""Importera: a list of referrals from the file to the receipt. Nobody need wait at the page."""

from collections.abc import Sequence

from starlette.responses import Response

from interfaces.desk.asked import Asked, FieldError, go_to, in_thread, page
from interfaces.desk.begun import begun, go_on, looked_at_again, uploaded
from interfaces.desk.downloads import download
from interfaces.desk.menu import MenuItem
from interfaces.desk.routing import get, post
from interfaces.desk.values import number_of
from models.access.permissions import PERMISSIONS
from models.identifiers import Role
from models.message import N_, Message, msg
from runtime.errors import UsageError, UserError
from runtime.i18n import translate
from services.names import Names
from services.referrals.blank_list import MAY_LACK, NEEDED, blank_csv, blank_workbook, called
from services.referrals.files_beside import as_csv, bad_rows_as_csv
from services.referrals.importer import Became
from services.referrals.list_import import MOST_BYTES, ListImport, Phase
from services.referrals.referring import referrer
from services.referrals.rows import COLUMNS, BadRow
from services.referrals.told import counted, foreseen_in, numbers_in, same_in, told_in
from services.sheets.headings import Unsure, key_of
from services.sheets.mistakes import mistakes_in

ROWS_SHOWN = 50
TO_MEND_SHOWN = 10
"""Rows whose forms stand on a page."""

LEADS_ON = frozenset({Became.STARTED, Became.AGAIN, Became.CHANGED})
"""What is done where a list is imported; nothing is, of whom is known already."""

ROWS_A_MINUTE = 600
"""Rows that are imported in a minute on two cores, measured: see record 0084."""

NONE = "ingen"
"""What is sent where none of the headings is a column."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MOST_CHOICES = 40
"""A longer list is typed into, since nobody looks through it."""


def begin(asked: Asked) -> Response:
    """Where a list is chosen, and what the reader has begun before."""
    referrer(asked.application)
    return _begin(asked)


def _begin(asked: Asked, status: int = 200, errors: list[FieldError] | None = None) -> Response:
    before = begun(asked, ListImport).of(asked.person)
    most = MOST_BYTES // 1_000_000
    columns = {"needed": [called(one) for one in NEEDED], "may_lack": [called(one) for one in MAY_LACK]}
    return page(
        asked, "import.html.j2", status, before=before, errors=errors or [], most=most, phase=_in_words, **columns
    )


async def take_in(asked: Asked) -> Response:
    """Take in a file and look through it."""
    actor = await in_thread(referrer, asked.application)
    sent = await uploaded(asked.form, "file", MOST_BYTES)
    if sent is None:
        return _begin(asked, 422, [FieldError("file", msg("desk.no_file", "Choose the file with the list."))])
    try:
        work = await in_thread(ListImport, asked.application, actor, *sent)
        for earlier in reversed(begun(asked, ListImport).of(asked.person).values()):
            work.read_as(earlier)
        id_ = begun(asked, ListImport).add(asked.person, work)
    except UsageError as error:
        return _begin(asked, 422, [FieldError("file", error.message)])
    await go_on(asked, ListImport, id_, ListImport.look_through)
    return go_to(f"/import/{id_}")


def show(asked: Asked) -> Response:
    """How far an import has come."""
    return _show(asked, _work(asked))


def _work(asked: Asked) -> ListImport:
    return begun(asked, ListImport).get(asked.person, asked.part("id"))


def _show(asked: Asked, work: ListImport, status: int = 200, errors: list[FieldError] | None = None) -> Response:
    values = {"work": work, "path": f"/import/{asked.part('id')}", "errors": errors or [], "phase": _in_words(work)}
    if work.is_busy:
        return looked_at_again(asked, page(asked, "import_waiting.html.j2", status, **values), is_busy=True)
    if work.phase is Phase.ASKING:
        questions = [one for one in work.questions if one.candidates or _is_fillable(one)]
        return page(asked, "import_headings.html.j2", status, **values, asks=_asks(work, questions))
    if work.phase is Phase.REFUSED:
        return page(asked, "import_refused.html.j2", status, **values)
    return page(asked, "import_rows.html.j2", status, **values, **_rows(asked, work))


def _rows(asked: Asked, work: ListImport) -> dict[str, object]:
    result, number = work.result, number_of(asked.given("sida"))
    names = Names(asked.application.book, register=asked.application.authority)
    titles, *lines = numbers_in(result) if result.was_sent else foreseen_in(result, names)
    first, bad = (number - 1) * ROWS_SHOWN, result.bad
    wrong = {str(row.line): row for row in bad}
    lines = [_with_faults(work, wrong[line[0]], line) if line[0] in wrong else line for line in lines]
    ready = sum(one.became in LEADS_ON for one in result.outcomes)
    last = number_of(asked.given("rad"), 0)
    found = mistakes_in(problem for row in bad for problem in row.problems)
    return {
        "titles": titles,
        "lines": lines[first : first + ROWS_SHOWN],
        "number": number,
        "more": len(lines) > first + ROWS_SHOWN,
        "same": [] if result.was_sent else same_in(result, names),
        "counted": counted(result),
        "told": told_in(result),
        "ready": ready,
        "minutes": -(-ready // ROWS_A_MINUTE),
        "bad": bad[:TO_MEND_SHOWN],
        "bad_left": max(len(bad) - TO_MEND_SHOWN, 0),
        "mistakes": [one for one in found if len(one.lines) > 1],
        "mended": next((one for one in result.outcomes if one.line == last and one.bad is None), None),
        "fields": work.fields,
        "called": work.called,
        "of_field": lambda row, field: f"r{row.line}-{field.column}",
        "of_row": _whole_row,
        "beside": _beside,
        "choices": lambda row, field: _choices(work, field.column, row) if field.faults else [],
        "optional": COLUMNS.may_lack,
        "stopped": work.phase is Phase.STOPPED,
        "has_numbers": any(one.candidate for one in result.outcomes),
        "FieldError": FieldError,
    }


def _whole_row(bad: BadRow) -> list[Message]:
    """What is wrong with a row as a whole, and not with one of its cells."""
    titles = set(bad.cells)
    return [one.message for one in bad.problems if not titles & set(one.column.split(" + "))]


def _with_faults(work: ListImport, bad: BadRow, line: Sequence[str]) -> tuple[str, ...]:
    """A row of the table with whose it is, and in which columns something is wrong or what is."""
    first, name, number, became, *read = line
    faults = dict.fromkeys(one.column or translate(one.message) for one in bad.problems)
    return (first, name or work.called(bad), number, f"{became}: {', '.join(faults)}", *read)


def _choices(work: ListImport, column: str, row: BadRow) -> list[tuple[str, str]]:
    known = work.choices(column, row)
    return [(one.title, one.title) for one in known] if len(known) <= MOST_CHOICES else []


def _beside(fault: Message, possible: Sequence[object]) -> Message:
    """What is wrong with a cell, as it is told beside a list of all that it can be."""
    unknown = msg("import.choose", "It is not known. Choose from the list.")
    return unknown if possible and fault.id == "naming.unknown" else fault


def _is_fillable(question: Unsure) -> bool:
    return not question.only_one and question.column in COLUMNS.fillable


def _asks(work: ListImport, questions: list[Unsure]) -> list[dict[str, object]]:
    return [
        {
            "column": one.column,
            "called": one.called,
            "headings": [(key_of(each.title), each) for each in one.candidates],
            "near": one.near or None,
            "fillable": _is_fillable(one),
            "choices": [(each.code, each.title) for each in work.choices(one.column)],
        }
        for one in questions
    ]


async def explain(asked: Asked) -> Response:
    """Take in what headings mean and what all rows say, and look through the list again."""
    work, said, filled = _work(asked), dict[str, str](), dict[str, str]()
    errors, taken = [], dict[str, Unsure]()
    for one in work.questions:
        chosen, all_rows = asked.said(f"heading-{one.column}"), asked.said(f"all-{one.column}")
        known = {key_of(each.title) for each in one.candidates}
        if chosen in known and (other := taken.setdefault(str(chosen), one)) is not one:
            errors.append(FieldError(f"heading-{one.column}", _chosen_twice(one, str(chosen), other)))
        elif chosen in known or chosen == NONE:
            said |= one.said(chosen if chosen in known else None)
        if chosen not in known and all_rows and _is_fillable(one):
            filled[one.column] = all_rows
        elif chosen not in known and not (chosen == NONE and one.only_one):
            field = f"heading-{one.column}" if one.candidates else f"all-{one.column}"
            errors.append(FieldError(field, _unsaid(one)))
    if errors:
        return _show(asked, work, 422, errors)
    try:
        await in_thread(work.answered, said, filled)
    except UserError as error:
        field = next(iter(filled), work.questions[0].column)
        return _show(asked, work, 422, [FieldError(f"all-{field}", error.message)])
    await go_on(asked, ListImport, asked.part("id"), ListImport.look_through)
    return go_to(f"/import/{asked.part('id')}")


def _chosen_twice(question: Unsure, chosen: str, other: Unsure) -> Message:
    title = next(one.title for one in question.candidates if key_of(one.title) == chosen)
    return msg(
        "import.chosen_twice",
        "“{title}” is chosen as {column} already. Choose another heading, or none of them.",
        title=title,
        column=other.called,
    )


def _unsaid(question: Unsure) -> Message:
    return msg("import.say_column", "Say which column is {column}, or what it is in all rows.", column=question.called)


async def look_again(asked: Asked) -> Response:
    """Look through a list again that could not be looked through."""
    if _work(asked).phase is Phase.REFUSED:
        await go_on(asked, ListImport, asked.part("id"), ListImport.look_through)
    return go_to(f"/import/{asked.part('id')}")


async def start(asked: Asked) -> Response:
    """Refer everybody who can be; again, those who are left."""
    if _work(asked).phase in (Phase.FORESEEN, Phase.STOPPED):
        await go_on(asked, ListImport, asked.part("id"), ListImport.send)
    return go_to(f"/import/{asked.part('id')}")


def stop(asked: Asked) -> Response:
    """Send no more rows for now."""
    _work(asked).stop()
    return go_to(f"/import/{asked.part('id')}")


def drop(asked: Asked) -> Response:
    """Let go of a list. Who was referred stays so."""
    begun(asked, ListImport).drop(asked.person, asked.part("id"))
    return go_to("/import")


async def put_right(asked: Asked) -> Response:
    """Take in a row as it was put right on the page."""
    work, line = _work(asked), number_of(asked.said("line"), 0)
    start_of = f"r{line}-"
    cells = {
        name.removeprefix(start_of): value.strip()
        for name, value in asked.form.items()
        if name.startswith(start_of) and isinstance(value, str)
    }
    outcome = await work.put_right(line, cells)
    if outcome.became is not Became.TO_PUT_RIGHT or outcome.bad is None:
        return go_to(f"/import/{asked.part('id')}?rad={line}")
    whole = [FieldError(f"rad-{line}", one) for one in _whole_row(outcome.bad)]
    cells_of = [FieldError(f"r{line}-{one.column}", fault) for one in work.fields(outcome.bad) for fault in one.faults]
    return _show(asked, work, 422, [*whole, *cells_of])


def to_mend(asked: Asked) -> Response:
    """The rows to put right, as a file to be put right and imported."""
    work = _work(asked)
    return download(bad_rows_as_csv(work.header, work.result.bad), "att-ratta.csv", "text/csv")


def blank(asked: Asked) -> Response:
    """An empty list to fill in, as CSV."""
    referrer(asked.application)
    return download(blank_csv(), "mall.csv", "text/csv")


def blank_book(asked: Asked) -> Response:
    """An empty list to fill in, as a workbook."""
    referrer(asked.application)
    return download(blank_workbook(), "mall.xlsx", XLSX)


def numbers(asked: Asked) -> Response:
    """Which number everybody has, as a file."""
    return download(as_csv(numbers_in(_work(asked).result)), "nummer.csv", "text/csv")


_PHASES = {
    Phase.READING: N_("being read"),
    Phase.ASKING: N_("waits for what its headings mean"),
    Phase.LOOKING: N_("being looked through"),
    Phase.FORESEEN: N_("waits to be started"),
    Phase.SENDING: N_("being imported"),
    Phase.STOPPED: N_("stopped on the way"),
    Phase.DONE: N_("imported"),
    Phase.REFUSED: N_("cannot be imported"),
}


def _in_words(work: ListImport) -> str:
    return _PHASES[work.phase]


REFERRERS = frozenset(role for role in Role if "referred" in PERMISSIONS[role]) - {Role.PARTNER}

menu = [MenuItem(50, "/import", N_("Import"), REFERRERS)]

routes = [
    get("/import", begin),
    post("/import", take_in),
    get("/importmall.csv", blank),
    get("/importmall.xlsx", blank_book),
    get("/import/{id}", show),
    post("/import/{id}/kolumner", explain),
    post("/import/{id}/igen", look_again),
    post("/import/{id}/starta", start),
    post("/import/{id}/stoppa", stop),
    post("/import/{id}/bort", drop),
    post("/import/{id}/rad", put_right),
    get("/import/{id}/att-ratta.csv", to_mend),
    get("/import/{id}/nummer.csv", numbers),
]
