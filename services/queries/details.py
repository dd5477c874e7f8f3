"""Reading what the read models keep of a journey beside its line: stages passed, findings, follow-ups."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.projections.details import Details, FollowedUp
from models.projections.requirement_results import RequirementResult
from models.state.stage_history import StagePeriod
from models.tables import FindingRow, FollowUpRow, StagePeriodRow


def read_details(session: Session, journey_id: str) -> Details:
    """Every detail of a journey, as the tables have it."""

    def rows(table: Any, order: Any) -> Any:
        return session.scalars(select(table).where(table.journey_id == journey_id).order_by(order))

    return Details(
        passages=tuple(_read(StagePeriod, row) for row in rows(StagePeriodRow, StagePeriodRow.number)),
        findings=tuple(_read(RequirementResult, row) for row in rows(FindingRow, FindingRow.requirement)),
        follow_ups=tuple(_read(FollowedUp, row) for row in rows(FollowUpRow, FollowUpRow.after_days)),
    )


def _read(model: Any, row: Any) -> Any:
    return model.model_validate(row, from_attributes=True)
