"""`python -m tests.bench.bare_client CALL ID`: what a script would be that only makes its call: connect, call, print.

CALL is `submit` or `describe` of one bare journey, or `list`. It asks `TEMPORAL_ADDRESS`, with nothing of ours.
"""

import asyncio
import os
import sys
from uuid import uuid4

from temporalio.client import Client

NOTE = "Ringde, allt går bra."


async def main(call: str, workflow_id: str) -> None:
    """Make the call, and print what comes back."""
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    handle = client.get_workflow_handle(workflow_id)
    if call == "submit":
        said = {"kind": "note_added", "event_id": str(uuid4()), "actor": "coordinator:anna.berg", "text": NOTE}
        print(await handle.execute_update("submit", said))
    elif call == "describe":
        print((await handle.describe()).status)
    else:
        async for one in client.list_workflows("WorkflowType = 'BareReferral'", limit=200):
            print(one.id, one.status)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
    sys.stdout.flush()
    os._exit(0)  # threads of Temporal's core may abort an interpreter that is being taken down
