"""Erasing a candidate, by two: proposed by one who may, carried out by another, and done again after a restore."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from activities.sealing import sealer_on
from models.access.disposals import Act, Disposal, Erased
from models.access.permissions import Operation
from models.fields import Strict
from models.identifiers import CandidateNumber
from models.tables.people import CandidateKeyRow, CandidateRow
from runtime.errors import Refused, UsageError
from services.application import Application, candidate_of
from services.privacy.disposals import Disposals, decision_of, erasure_of, in_words
from services.privacy.erasure import Ended, erase
from services.privacy.permits import permitted


class Disposed(Strict):
    """A candidate who was erased: by whom and which decision, the rows that say so, and what was ended.

    `already` where all was done before.
    """

    candidate: CandidateNumber
    erased: Erased
    rows: tuple[Disposal, ...]
    ended: Ended
    already: bool = False


class Again(Strict):
    """What was done after a restore: rows of the log that came back, who was erased again, and erasures that two people
    have not signed and that were not carried out."""

    taken_in: int
    erased: tuple[CandidateNumber, ...]
    not_signed: tuple[CandidateNumber, ...]


@dataclass(frozen=True)
class Disposing:
    """Erases candidates, in the name of whoever acts."""

    _application: Application

    def propose(self, written: str, decision: str | None, given: str | None) -> Disposal:
        """Sign that a candidate is to be erased. Raises UsageError, and Refused where they may not propose it."""
        if decision is None:
            raise UsageError("erasure.no_decision", "State by which decision the candidate is to be erased.")
        reference, candidate = decision_of(decision), self._known(written)
        application = self._application
        lines = application.lists.found(candidate=candidate)
        actor = permitted(application, given, Operation.ERASURE_PROPOSED, lines)
        if erased := erasure_of(application.reading, application.authority, candidate):
            raise Refused(in_words(candidate, erased))
        return self._log().propose(candidate, reference, actor, application.now())

    async def carry_out(self, written: str, decision: str | None, given: str | None) -> Disposed:
        """Sign what another has proposed, and erase. Where it is signed already, go on with whatever is left to do.

        Raises UsageError, Refused, and ServiceUnavailable while Temporal is away.
        """
        reference = decision_of(decision) if decision is not None else None
        candidate, application = self._known(written), self._application
        actor = permitted(application, given, Operation.ERASURE_CARRIED_OUT)
        log = self._log()
        is_signed = erasure_of(application.reading, application.authority, candidate) is not None
        if not is_signed:
            log.carry_out(candidate, reference, actor, application.now())
        log.keep()
        was_done = is_signed and not self._is_left(candidate)
        done = await self._erase(candidate)
        return done.model_copy(update={"already": was_done and not (done.ended.workflows or done.ended.notices)})

    async def again(self, given: str | None) -> Again:
        """After a restore: bring back what the file of erasures knows, and carry every erasure out again.

        Safe to repeat. Raises as `carry_out` does.
        """
        application = self._application
        permitted(application, given, Operation.ERASURE_CARRIED_OUT)
        log = self._log()
        taken_in, erased, not_signed = log.take_in(), list[CandidateNumber](), list[CandidateNumber]()
        log.keep()
        for written in sorted({one.candidate for one in log.rows() if one.act is Act.CARRIED_OUT}):
            candidate = CandidateNumber.parse(written)
            if erasure_of(application.writing, application.authority, candidate) is None:
                not_signed.append(candidate)
                continue
            if self._is_left(candidate):
                erased.append(candidate)
            await self._erase(candidate)
        return Again(taken_in=taken_in, erased=tuple(erased), not_signed=tuple(not_signed))

    async def _erase(self, candidate: CandidateNumber) -> Disposed:
        application = self._application
        erased = erasure_of(application.writing, application.authority, candidate)
        if erased is None:
            raise Refused(
                "erasure.not_signed",
                "Two people with keys and roles of their own have not signed the erasure of {candidate}.",
                candidate=candidate,
            )
        ended = await erase(await application.client(), application.writing, candidate, erased, application.now())
        sealer_on(application.reading).forget(candidate)
        rows = tuple(self._log().rows(candidate))
        return Disposed(candidate=candidate, erased=erased, rows=rows, ended=ended)

    def _known(self, written: str) -> CandidateNumber:
        candidate = candidate_of(written)
        with Session(self._application.reading) as session:
            key = session.get(CandidateKeyRow, candidate)
            identity = session.scalar(select(CandidateRow.number).where(CandidateRow.number == candidate))
        if key is None and identity is None:
            raise UsageError("erasure.unknown", "Nothing is kept of candidate {candidate}.", candidate=candidate)
        return candidate

    def _is_left(self, candidate: CandidateNumber) -> bool:
        """Whether anything of a candidate is still to be ended: what a backup brought back."""
        with Session(self._application.writing) as session:
            key = session.get(CandidateKeyRow, candidate)
            identity = session.get(CandidateRow, candidate)
        return key is None or key.wrapped is not None or identity is not None

    def _log(self) -> Disposals:
        application = self._application
        return Disposals(application.writing, application.settings.disposals_file, application.keyring)
