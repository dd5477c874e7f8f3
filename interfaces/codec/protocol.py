"""Payloads as Temporal's remote codec protocol carries them: JSON as protobuf writes it."""

import json
from collections.abc import Sequence

from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads

from runtime.errors import UsageError


def payloads_of(body: bytes) -> list[Payload]:
    """The payloads in the body of a request. Raises UsageError."""
    try:
        return list(json_format.Parse(body, Payloads(), ignore_unknown_fields=True).payloads)
    except (json_format.ParseError, ValueError, RecursionError):  # what they say repeats what was sent
        raise UsageError("codec.body", "The body is not a list of payloads in JSON.") from None


def body_of(payloads: Sequence[Payload]) -> str:
    """The body of an answer."""
    return json.dumps({"payloads": [json_format.MessageToDict(payload) for payload in payloads]})
