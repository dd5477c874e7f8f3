"""The search attributes by which journeys are listed: stage, programme and site. Nothing personal."""

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.service import RPCError

from models.message import msg
from runtime.errors import UsageError
from workflows.candidate_journey import PROGRAMME, SITE, STAGE

SEARCH_ATTRIBUTES = (STAGE, PROGRAMME, SITE)


async def register_search_attributes(client: Client) -> None:
    """Add the search attributes that the namespace lacks. Raises UsageError where we may not.

    A journey on a namespace that does not know them would stand still at its first event, so a worker asks beforehand.
    """
    operator = client.operator_service
    try:
        known = await operator.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
        missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in known.custom_attributes]
        if missing:
            keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
            await operator.add_search_attributes(
                AddSearchAttributesRequest(
                    namespace=client.namespace, search_attributes=dict.fromkeys(missing, keyword)
                )
            )
    except RPCError as error:
        names = ", ".join(f"{key.name}=Keyword" for key in SEARCH_ATTRIBUTES)
        raise UsageError(
            msg(
                "temporal.search_attributes",
                "Search attributes cannot be added in the namespace {namespace}. Ask its operator to add {names}.",
                namespace=client.namespace,
                names=names,
            )
        ) from error
