"""An answer as a table, as JSON, or as CSV that Excel opens in Sweden: written as it is read, however long it is."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from auditing.inquiry.answering import Answer
from auditing.inquiry.inquiry import WHY_UNTOLD, Found, Inquiry, Period, Tally
from auditing.inquiry.questions import ERASED, Column, plain_value, shown
from auditing.population.scope import scope_told
from models.calendar.swedish_day import in_swedish_time
from models.message import Message, msg
from runtime.i18n import _, _n, as_actor, kind_told, rule_told, translate
from services.queries.titles import Titles
from services.sheets.csv_line import BOM, csv_line
from services.told import Block, TableTold


class Page(NamedTuple):
    """So many rows at a time, and which of these pages; all rows where there is no size."""

    number: int = 1
    size: int | None = None

    def cut(self, found: Iterable[Found]) -> Iterator[Found]:
        """The rows of the page. What comes before and after is read too, since it is counted."""
        first = (self.number - 1) * (self.size or 0)
        for number, one in enumerate(found):
            if first <= number and (self.size is None or number < first + self.size):
                yield one


WHOLE = Page()


def header_of(inquiry: Inquiry) -> dict[str, Any]:
    """What was asked, as JSON has it."""
    said = inquiry.model_dump(mode="json")
    filters = {name: said[name] for name in ("town", "coordinator", "kind", "rule", "source", "actor", "least")}
    return {
        "question": inquiry.question,
        "scope": said["scope"],
        "filters": filters,
        "in_effect": said["in_effect"],
        "recorded": said["recorded"],
        "known_by": said["known_by"],
    }


def as_json(answer: Answer, page: Page = WHOLE) -> Iterator[str]:
    """An object with what was asked, the rows, and at last how many there are."""
    head = {**header_of(answer.inquiry), "asks": translate(answer.question.asks)}
    columns = answer.question.every_column
    yield json.dumps(head, ensure_ascii=False)[:-1] + ',\n"rows": ['
    count = 0
    for count, one in enumerate(page.cut(answer.found()), start=1):
        row = {column.name: plain_value(one, column) for column in columns}
        yield ("\n" if count == 1 else ",\n") + json.dumps({"journey_id": one.journey_id, **row}, ensure_ascii=False)
    counts = {**answer.tally.as_json(), "shown": count}
    yield '\n],\n"counts": ' + json.dumps(counts, ensure_ascii=False) + "}\n"


def as_csv(answer: Answer, titles: Titles, page: Page = WHOLE) -> Iterator[str]:
    """A heading and the rows of the answer."""
    columns = answer.question.every_column
    yield BOM + csv_line(_(column.header) for column in columns)
    for one in page.cut(answer.found()):
        yield csv_line(shown(one, column, titles, in_csv=True) for column in columns)


def told(answer: Answer, titles: Titles, page: Page) -> Iterator[Block]:
    """A page of the answer, and of how many rows it is."""
    found = list(page.cut(answer.found()))
    columns = list(_worth_showing(answer, titles, found))
    rows = ([shown(one, column, titles) for column in columns] for one in found)
    nothing = _nothing(answer.tally)
    yield TableTold(translate(answer.question.asks), [_(column.header) for column in columns], rows, nothing)
    yield from counted(answer, titles, len(found), page)


def _nothing(tally: Tally) -> str:
    """Why a table has no rows: what cannot be told is no answer that there is nothing."""
    if tally.rows:
        return _("The page has no rows.")
    if tally.untold or tally.decisions_untold:
        return _("Of what can be told, nothing answers the question.")
    return _("Nothing answers the question.")


def _worth_showing(answer: Answer, titles: Titles, found: list[Found]) -> Iterator[Column]:
    """The columns in which any row says something that the one beside it does not."""
    for column in answer.question.every_column:
        says = any(shown(one, column, titles) for one in found)
        if column is ERASED:
            says = any(one.erased for one in found)
        if says and column.name != "recorded_on":  # the moment says it too
            yield column


def counted(answer: Answer, titles: Titles, count: int, page: Page) -> Iterator[str]:
    """How many rows are shown of how many, of which journeys, by what was known, and what is not among them."""
    tally, inquiry = answer.tally, answer.inquiry
    rows = _n("{count} row", "{count} rows", tally.rows)
    journeys = _n("{count} journey", "{count} journeys", tally.journeys)
    of = {"rows": rows, "journeys": journeys, "examined": tally.examined}
    first = (page.number - 1) * (page.size or 0)
    if count < tally.rows and count:
        yield _("Rows {first}–{last} of {total}.", first=first + 1, last=first + count, total=tally.rows)
    yield _("{rows} in {journeys}, of {examined} that were looked at.", **of)
    scope = inquiry.scope.model_copy(update={"town": inquiry.town, "coordinator": inquiry.coordinator})
    known = _("Known by {moment}, Swedish time.", moment=in_swedish_time(inquiry.known_by, seconds=True))
    yield " ".join((scope_told(scope, titles), *_narrowed(inquiry), known))
    yield from left_out(answer)


def _narrowed(inquiry: Inquiry) -> Iterator[str]:
    """The filters that are no scope's, each in a sentence."""
    if inquiry.kind is not None:
        yield _("Only {kind}.", kind=kind_told(inquiry.kind))
    if inquiry.rule is not None:
        yield _("Only by the rule {rule}.", rule=rule_told(inquiry.rule))
    if inquiry.source is not None:
        yield _("Only with the source “{source}”.", source=inquiry.source)
    if inquiry.actor is not None:
        yield _("Only by {who}.", who=as_actor(inquiry.actor))
    yield from _days(inquiry.in_effect, IN_EFFECT)
    yield from _days(inquiry.recorded, RECORDED)


def _days(period: Period, named: tuple[Message, Message, Message]) -> Iterator[str]:
    """A period in a sentence: from one day to another, from one on, or until one."""
    between, since, until = named
    if period.first and period.last:
        yield translate(between.filled(first=period.first, last=period.last))
    elif period.first:
        yield translate(since.filled(first=period.first))
    elif period.last:
        yield translate(until.filled(last=period.last))


IN_EFFECT = (
    msg("find.in_effect", "In effect from {first} to {last}."),
    msg("find.in_effect_since", "In effect from {first} on."),
    msg("find.in_effect_until", "In effect until {last}."),
)
RECORDED = (
    msg("find.recorded", "Recorded from {first} to {last}."),
    msg("find.recorded_since", "Recorded from {first} on."),
    msg("find.recorded_until", "Recorded until {last}."),
)


def left_out(answer: Answer) -> Iterator[str]:
    """What the answer does not tell of, and why."""
    tally = answer.tally
    if tally.protected:
        yield _n(
            "{count} journey was left out, since it is of a protected person.",
            "{count} journeys were left out, since they are of protected persons.",
            tally.protected,
        )
    if tally.erased:
        yield _n(
            "{count} journey of those looked at has been erased: only what stands outside its contents is told.",
            "{count} journeys of those looked at have been erased: only what stands outside their contents is told.",
            tally.erased,
        )
    if tally.decisions_untold:
        yield _n(
            "Of {count} decision it cannot be told, since the unit of whoever decided or evaluated is unknown.",
            "Of {count} decisions it cannot be told, since the unit of whoever decided or evaluated is unknown.",
            tally.decisions_untold,
        )
    for why, count in sorted(tally.untold.items()):
        yield _n(
            "Of {count} journey it cannot be told: {why}.",
            "Of {count} journeys it cannot be told: {why}.",
            count,
            why=translate(WHY_UNTOLD[why]),
        )
