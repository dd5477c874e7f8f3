"""Counting legal sex, beside `people` the one place that reads identity numbers. Only counts leave the database."""

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from models.tables import CandidateRow, JourneyRow

SEX_DIGIT = 11
"""Of twelve digits the last but one: even for women, odd for men, also in co-ordination numbers."""


def hired_by_sex(session: Session, programme: str) -> dict[str, int]:
    """How many women and men were hired in a programme, and of how many no identity is kept (`unknown`)."""
    digit = cast(func.substr(CandidateRow.identity_number, SEX_DIGIT, 1), Integer)
    sex = case((CandidateRow.number.is_(None), "unknown"), (digit % 2 == 0, "women"), else_="men")
    of_hired = select(sex, func.count()).select_from(JourneyRow)
    of_hired = of_hired.outerjoin(CandidateRow, CandidateRow.number == JourneyRow.candidate)
    query = of_hired.where(JourneyRow.programme == programme, JourneyRow.hired_on.is_not(None)).group_by(sex)
    return {"women": 0, "men": 0, "unknown": 0} | {str(name): int(count) for name, count in session.execute(query)}
