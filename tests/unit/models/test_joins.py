"""Numbers that are one person's: what leads to what, at any moment."""

from datetime import UTC, datetime, timedelta

from models.access.register import Register
from models.access.statements import CandidatesJoined
from models.identifiers import CandidateNumber

A, B, C = (CandidateNumber(one) for one in ("A22222223", "B22222226", "C2222222U"))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def said(later: CandidateNumber, earlier: CandidateNumber, hours: int = 0, *, undone: bool = False) -> CandidatesJoined:
    return CandidatesJoined(at=AT + timedelta(hours=hours), later=later, earlier=earlier, undone=undone)


def test_several_numbers_lead_to_the_first_as_it_was_at_any_moment() -> None:
    joins = Register().joins
    joins.said += [said(B, A), said(C, B, 1), said(B, A, 2, undone=True)]
    assert [joins.leads_to(C, AT + timedelta(hours=hours)) for hours in (0, 1, 2)] == [C, A, B]
    assert joins.numbers_of(B, AT + timedelta(hours=1)) == (A, B, C)
    assert joins.numbers_of(A) == (A,)
    for wrong in (said(C, A), said(B, C), said(C, B), said(A, A)):
        why_not = joins.why_not(wrong)
        assert why_not is not None
        assert why_not.id.startswith("join.")
    assert joins.why_not(said(B, A)) is None
