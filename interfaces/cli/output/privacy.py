"""How keys and erasures look in a terminal."""

from collections.abc import Sequence
from datetime import date

from interfaces.cli.output import show
from models.access.disposals import Disposal
from runtime.i18n import _, _n, as_actor, translate
from services.privacy.disposals import in_words
from services.privacy.disposing import Again, Disposed
from services.privacy.retention import DueLine
from services.privacy.rotation import Counted, Rotated


def keys(counted: Counted) -> None:
    rows = ((one.version, one.keys, _("current") if one.current else _("older")) for one in counted.versions)
    show.table("", (_("master key"), _("keys"), ""), rows, _("No candidate has a key yet."))
    if counted.ended:
        show.tell(_n("{count} key was ended by an erasure.", "{count} keys were ended by erasures.", counted.ended))


def rotated(done: Rotated, *, restart: bool) -> None:
    show.tell(_n("{count} key wrapped anew", "{count} keys wrapped anew", done.rewrapped))
    for candidate in done.unusable:
        show.tell(_("The key of {candidate} does not open and stays as it is.", candidate=candidate))
    if restart:
        show.tell(
            _(
                "The master key stands in the environment, which programs read only when they start. Take the old one"
                " out when every worker and codec server has been restarted with the new one and no key is left that"
                " the old one wraps."
            )
        )


def proposed(row: Disposal) -> None:
    words = {"candidate": row.candidate, "decision": row.decision}
    show.tell(
        _("The erasure of {candidate} by decision {decision} is proposed. Somebody else carries it out.", **words)
    )


def erased(done: Disposed) -> None:
    ended = done.ended
    if done.already:
        words = {"candidate": done.candidate, "day": done.erased.day, "decision": done.erased.decision}
        show.tell(
            _("{candidate} was erased already, on {day} by decision {decision}. Nothing was left to do.", **words)
        )
    else:
        show.tell(translate(in_words(done.candidate, done.erased)))
        show.tell(_n("{count} workflow ended", "{count} workflows ended", ended.workflows))
        show.tell(_n("{count} notice withdrawn", "{count} notices withdrawn", ended.notices))
        show.tell(
            _("Programs that are running forget the key within five minutes. Backups hold it until they are gone.")
        )
    if not ended.is_gone:
        show.tell(_("Files of the database can hold it still: the runbook says how they are cleaned."))


def again(done: Again) -> None:
    show.tell(_n("{count} row of the log came back", "{count} rows of the log came back", done.taken_in))
    show.tell(_n("{count} candidate erased again", "{count} candidates erased again", len(done.erased)))
    for candidate in done.not_signed:
        show.tell(_("{candidate} was not erased: two people have not signed it.", candidate=candidate))


def due(lines: Sequence[DueLine], day: date) -> None:
    rows = (
        (line.programme, line.candidate, line.ended_on, line.due_on, _n("{count} month", "{count} months", line.months))
        for line in lines
    )
    columns = (_("programme"), _("candidate"), _("ended"), _("due"), _("kept for"))
    show.table(_("Who is due to be erased, {day}", day=day), columns, rows, _("Nobody is due."))


def waiting(proposals: Sequence[Disposal]) -> None:
    """What was proposed and waits for a second person; nothing where nothing does."""
    rows = ((one.candidate, one.decision, one.day, as_actor(one.recorded_by)) for one in proposals)
    columns = (_("candidate"), _("decision"), _("proposed"), _("by"))
    title = _("Proposed, and not carried out: by somebody else, with --confirm")
    show.table(title, columns, rows, _("No erasure is proposed."))
