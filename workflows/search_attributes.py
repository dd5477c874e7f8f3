"""The search attributes of a journey: by them Temporal lists journeys, and its page shows where they stand."""

from temporalio.common import SearchAttributeKey

from models.projections.consistency import ROWS_SHOWN

STAGE = SearchAttributeKey.for_keyword("Stage")
PROGRAMME = SearchAttributeKey.for_keyword("Programme")
SITE = SearchAttributeKey.for_keyword("Site")
LEDGER_ROWS = SearchAttributeKey.for_keyword(ROWS_SHOWN)
