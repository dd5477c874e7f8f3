"""The certificate of an erasure: who decided and carried it out, what was ended, what stays and why. It names nobody
but those who acted."""

import errno
import json
from datetime import datetime
from pathlib import Path
from typing import Final

from activities.sealing import KEPT_SECONDS
from activities.templating import templates_beside
from models.access.disposals import Disposal, Erased
from models.fields import Strict
from runtime.files import write_anew, writing
from runtime.i18n import _, as_actor, language, translate, using_language
from services.privacy.disposing import Disposed

FORMAT: Final = "hela-vagen-erasure/1"

_TEMPLATES = templates_beside(__file__)


class ErasureCertificate(Strict):
    """What the JSON file holds: what was decided, the signed rows that prove it, and what was done about it."""

    format: str = FORMAT
    ledger: str
    made_at: datetime
    candidate: str
    erased: Erased
    disposals: tuple[Disposal, ...]
    journeys: tuple[str, ...]
    ended: tuple[str, ...]
    stays: tuple[str, ...]
    note: tuple[str, ...]


def certificate_of(disposed: Disposed, ledger: str, made_at: datetime) -> ErasureCertificate:
    """The certificate of an erasure, in Swedish."""
    with using_language("sv"):
        return ErasureCertificate(
            ledger=ledger,
            made_at=made_at,
            candidate=disposed.candidate,
            erased=disposed.erased,
            disposals=disposed.rows,
            journeys=disposed.ended.journeys,
            ended=_ended(),
            stays=_stays(),
            note=_note(),
        )


def refuse_unwritable(file: Path, candidate: str) -> None:
    """Refuse before anything is erased what could not be written, or would take the place of something else.

    The certificate of the same candidate is written anew: the erasure may have been interrupted. Raises UsageError.
    """
    for one in _files_of(file):
        with writing(one):
            if not one.parent.is_dir():
                raise FileNotFoundError(errno.ENOENT, one)
            if one.exists() and candidate not in one.read_text(errors="replace"):
                raise FileExistsError(errno.EEXIST, one)


def write(certificate: ErasureCertificate, file: Path) -> None:
    """Write it as a page and as JSON, beside each other, for their owner alone. Raises UsageError."""
    said = json.dumps(certificate.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
    for one, content in zip(_files_of(file), (as_html(certificate), said + "\n"), strict=True):
        write_anew(one, content.encode())


def _files_of(file: Path) -> tuple[Path, Path]:
    return file.with_suffix(".html"), file.with_suffix(".json")


def as_html(certificate: ErasureCertificate) -> str:
    """The page, in Swedish."""
    erased = certificate.erased
    with using_language("sv"):
        facts = (
            (_("candidate"), certificate.candidate),
            (_("decision"), erased.decision),
            (_("day"), erased.day),
            (_("proposed by"), as_actor(erased.proposed_by)),
            (_("carried out by"), as_actor(erased.carried_out_by)),
            (_("journeys"), ", ".join(certificate.journeys) or _("none")),
        )
        lists = (
            (_("What was ended"), certificate.ended),
            (_("What stays, and why"), certificate.stays),
            (_("What to know"), certificate.note),
        )
        return _TEMPLATES.get_template("certificate.html.j2").render(
            language=language(),
            title=_("Certificate of erasure"),
            facts=facts,
            lists=lists,
            rows=certificate.disposals,
            act=lambda one: translate(one.act.in_words),
            actor=as_actor,
            made_at=certificate.made_at,
            _=_,
        )


def _ended() -> tuple[str, ...]:
    return (
        _("The key that sealed everything of the person: nothing that was sealed with it can be opened again."),
        _("The person's entry in the register: identity number, name and ways of contact."),
        _("Workflows that ran for the person, and notices that had not been sent."),
        _("Places that the person held."),
    )


def _stays() -> tuple[str, ...]:
    return (
        _(
            "The rows of the ledger with kind, day, author and stage, so that statistics hold and nobody can change"
            " them unseen. What was written in them stays only in a form that nothing opens."
        ),
        _("Who has read of the person and when, so that reading can be controlled afterwards."),
        _("The decision and the signatures of those who carried it out."),
        _("The candidate number, which says nothing of who it was."),
    )


def _note() -> tuple[str, ...]:
    return (
        _(
            "Programs that were running at the time forget the key within {minutes} minutes.",
            minutes=round(KEPT_SECONDS / 60),
        ),
        _("Backups from before the erasure hold the key until they are thrown away, when their own time is over."),
        _("Notices that were sent to others before remain with them."),
    )
