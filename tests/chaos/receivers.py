"""A receiver of notices as a process of its own: it takes all that comes, and has written it to disk before it says so.

`python -m tests.chaos.receivers mail|webhooks FOLDER PORT`; the folder `secrets` beside it holds those of webhooks.
"""

import asyncio
import sys
from pathlib import Path

from runtime.local.dev_server import HOST
from runtime.local.inboxes import MailInbox, WebhookInbox
from runtime.settings import Settings


async def receive(kind: str, folder: Path, port: int) -> None:
    """Listen until the process is ended."""
    secrets = Settings(webhook_secrets=folder.parent / "secrets").secrets()
    inbox = MailInbox(folder, HOST, port) if kind == "mail" else WebhookInbox(folder, HOST, port, secrets)
    await inbox.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(receive(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))
