"""How events, their answers and their notices look in a terminal."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count

from interfaces.cli.output.show import table, tell
from models.calendar.swedish_day import in_swedish_time
from models.events.descriptions import name_of
from models.ledger.receipt import Receipt
from models.message import Message, msg
from models.projections.status import Possible
from runtime.i18n import _, answer, as_actor, as_kind, as_rule, as_source, as_typed, listed, translate, why_not
from runtime.local.inbox import InboxItem
from services.letters.kept import KeptMail, OpenedMail
from services.letters.taken import Outcome
from services.queries.lines import LedgerLine, NoticeLine, told_to
from services.queries.protected import unless_protected
from services.recording.field_names import field_name


def ledger(
    lines: Sequence[LedgerLine], marked: Mapping[int, Sequence[Message]], told: Callable[[Receipt], str] = answer
) -> None:
    """Every row with its answer and what is to be said beside it: `marked`, by row numbers. `told` says an answer."""
    rows = (
        (
            *(line.row, line.effective_on, as_kind(line.kind), as_actor(line.actor)),
            *(
                line.receipt.stage and as_typed(line.receipt.stage),
                ", ".join((told(line.receipt), *map(translate, marked.get(line.row, ())))),
            ),
        )
        for line in lines
    )
    columns = (_("row"), _("day"), _("event"), _("by"), _("stage"), _("answer"))
    table("", columns, rows, _("Nothing is recorded."))


def receipt(receipt: Receipt) -> None:
    """The answer to an event, for the one who sent it."""
    stage = translate(receipt.stage.in_words) if receipt.stage else _("not begun")
    told = _(
        "{kind}: accepted as row {row}. The candidate is in {stage}.",
        **dict(receipt) | {"kind": as_kind(receipt.kind), "stage": stage},
    )
    tell(told)


def refusal(receipt: Receipt, about: LedgerLine | None = None) -> Message:
    """One sentence, the row that stands in the way, the rule with its source, and what is possible instead."""
    place = {"row": about.row, "kind": name_of(about.kind), "day": about.effective_on} if about else {}
    in_the_way = msg("event.refused.about", "\n  see row {row}: {kind}, {day}", **place)
    return msg(
        "event.refused_as_row",
        "Refused: {why}{about}\n  rule: {rule} ({source})\n  possible now: {allowed}\n  recorded as row {row}",
        why=why_not(receipt),
        about=in_the_way if about else "",
        rule=as_rule(receipt.rule),
        source=as_source(receipt.source),
        allowed=listed(map(as_kind, receipt.instead)),
        row=receipt.row,
    )


def options(grouped: Sequence[tuple[Message, Sequence[Possible]]]) -> None:
    """What may be done now, by the words that are typed, with what each event asks for."""
    rows, numbers = list[tuple[object, ...]](), count(1)
    for title, group in grouped:
        rows.append(("", translate(title), "", ""))
        rows += ((next(numbers), *_asked_for(one)) for one in group)
    columns = (_("number"), _("event"), _("needs"), _("may have"))
    table(_("Possible now"), columns, rows, _("Nothing is possible any more."))


def not_for_you(refused: Mapping[str, Message]) -> None:
    """What others may record now, and why whoever reads this may not, one sentence each."""
    for kind, why in refused.items():
        tell(_("Not for you: {event}. {why}", event=translate(name_of(kind)), why=translate(why)))


def _asked_for(one: Possible) -> tuple[str, ...]:
    return translate(name_of(one.kind)), _fields(one.needs), _fields(one.may_have)


def _fields(names: Sequence[str]) -> str:
    return ", ".join(translate(field_name(name)) for name in names) or "–"


def notices(lines: Sequence[NoticeLine]) -> None:
    rows = (
        (
            *(
                line.notice_id,
                line.journey_id,
                as_kind(line.kind),
                unless_protected(told_to(line.recipient, line.sent_to)),
            ),
            *(_became(line), line.attempts, line.last_error),
        )
        for line in lines
    )
    columns = (_("notice"), _("journey"), _("event"), _("to"), _("status"), _("attempts"), _("last error"))
    table("", columns, rows, _("No notices fit."))


def _became(line: NoticeLine) -> str:
    return translate(line.became) if line.bounced_at is not None else as_typed(line.status)


def mails(found: Sequence[KeptMail]) -> None:
    """Replies that somebody must look at."""
    rows = (
        (
            it.id[:SHOWN_OF_ID],
            in_swedish_time(it.received_at),
            translate(it.what.in_words),
            it.candidate,
        )
        for it in found
    )
    columns = (_("number"), _("received"), _("what it is"), _("candidate"))
    table("", columns, rows, _("No mail waits to be looked at."))


def opened_mail(opened: OpenedMail) -> None:
    """Who has written a mail, and what."""
    tell(_("From {sender}: {what}.", sender=opened.sender or "–", what=translate(opened.mail.what.in_words)))
    tell(opened.text or _("No text can be shown. Call the sender."))
    for attached in opened.attachments:
        tell(_("Attached: {attachment}", attachment=attached))
    if opened.tells is not None:
        tell(translate(opened.tells))


def mail_settled(mail: KeptMail, outcome: Outcome) -> None:
    """That a mail waits no more."""
    told = _("Mail {number} is settled: {outcome}.", number=mail.id[:SHOWN_OF_ID], outcome=translate(outcome.in_words))
    tell(told)


SHOWN_OF_ID = 10
"""Characters of the number of a mail by which it is told from all others."""


def replied(address: str) -> None:
    """Where a reply was sent to."""
    tell(_("The reply was sent to {address} and taken.", address=address))


def inbox(items: Sequence[InboxItem]) -> None:
    rows = (
        (
            number,
            in_swedish_time(it.received_at, seconds=True),
            it.channel,
            it.recipient,
            it.subject,
            it.link or it.path,
        )
        for number, it in enumerate(items, 1)
    )
    columns = (_("number"), _("received"), _("by"), _("for"), _("subject"), _("link or file"))
    table("", columns, rows, _("Nothing has been received."))
