"""The search attributes of a journey: by them Temporal lists journeys, and its page shows where they stand."""

from temporalio.common import SearchAttributeKey

from models.projections.consistency import ROWS_SHOWN
from models.state.state import State

STAGE = SearchAttributeKey.for_keyword("Stage")
PROGRAMME = SearchAttributeKey.for_keyword("Programme")
SITE = SearchAttributeKey.for_keyword("Site")
LEDGER_ROWS = SearchAttributeKey.for_keyword(ROWS_SHOWN)


def shown_of(state: State | None, rows: int) -> dict[SearchAttributeKey[str], str]:
    """What they say of a journey, whose latest ledger row is number `rows`."""
    written = {LEDGER_ROWS: str(rows)} if rows else {}
    return written | ({STAGE: state.stage.value, PROGRAMME: state.rules.id, SITE: state.site} if state else {})
