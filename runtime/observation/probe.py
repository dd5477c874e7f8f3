"""What asks a container's own process how it is, for HEALTHCHECK: `python -m runtime.observation.probe`.

It asks a worker at HELAVAGEN_METRICS_ADDRESS, or with `codec`, `desk` or `gateway` one of those. A worker that shows
itself nowhere cannot be asked, and counts as sound.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

SECONDS = 5.0

PORTS = {"codec": "8234", "desk": "8235", "gateway": "8237"}
"""Where each listens, unless it is set."""

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - where others listen


def address_of(what: str) -> tuple[str, int] | None:
    """Where a process of this container listens; None where it does not."""
    if what in PORTS:
        parts = urlsplit(f"//:{os.environ.get(f'HELAVAGEN_{what.upper()}_PORT', PORTS[what])}")
    elif not (address := os.environ.get("HELAVAGEN_METRICS_ADDRESS")):
        return None
    else:
        parts = urlsplit(f"//{address}")
    host = parts.hostname or ""
    return (host if host and host not in EVERYWHERE else "localhost"), parts.port or 0


def is_ready(host: str, port: int) -> bool:
    """Whether what listens there says that it can work."""
    connection = HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    where = address_of(sys.argv[1] if len(sys.argv) > 1 else "worker")
    sys.exit(0 if where is None or is_ready(*where) else 1)
