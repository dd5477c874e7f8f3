"""Sends a note about a candidate, signed: python send.py https://svar.employer.example secret.txt K7Q29FMXB."""

import base64
import hashlib
import hmac
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

LATER = (408, 429, 500, 503)
"""Answers after which the same message is sent again, under the same id."""


def send(gateway: str, secret: str, message_id: str, body: bytes) -> tuple[int, str]:
    """The status and the body of an answer."""
    at = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = hmac.digest(key, f"{message_id}.{at}.".encode() + body, hashlib.sha256)
    headers = {
        "Content-Type": "application/cloudevents+json",
        "webhook-id": message_id,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
    try:
        with urlopen(Request(f"{gateway}/events", body, headers), timeout=60) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


if __name__ == "__main__":
    gateway, file, subject = sys.argv[1:]
    message_id = f"msg_{uuid4().hex}"
    said = {
        "specversion": "1.0",
        "id": message_id,
        "source": "https://partner.example/cases",
        "type": "se.helavagen.note_added",
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "data": {"text": "Ring efter klockan ett."},
    }
    for wait in (1, 10, 60, 0):
        status, told = send(gateway, Path(file).read_text().strip(), message_id, json.dumps(said).encode())
        if status not in LATER:
            break
        time.sleep(wait)
    print(told)
    sys.exit(0 if status == 200 else 1)
