"""What the gateway takes and answers, as OpenAPI 3.1 for programs and as a page for people."""

from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from activities.language import Language, said
from activities.templating import templates_beside
from interfaces.gateway.limits import AT_ONCE, LARGEST_BODY
from interfaces.gateway.problems import MEDIA_TYPE, TITLES
from models.events.descriptions import name_of
from models.events.events import EVENT_CLASSES
from runtime.i18n import _, translate, using_language
from services.incoming.reading import KINDS, OURS, TYPE, PartnerMessage

CLOUD_EVENT = "application/cloudevents+json"

MAY_ANSWER = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
"""The statuses of a message that was not taken."""

SCHEMAS = "#/components/schemas/"

_TEMPLATES = templates_beside(__file__, "templates")


@cache
def described() -> dict[str, Any]:
    """The document, in English."""
    schemas: dict[str, Any] = {"Receipt": RECEIPT, "Problem": PROBLEM}
    for kind in KINDS:
        schemas |= _message_of(kind)
    kinds = {"oneOf": [{"$ref": f"{SCHEMAS}{kind}"} for kind in KINDS]}
    mapping = {f"{TYPE}{kind}": f"{SCHEMAS}{kind}" for kind in KINDS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Hela vägen: gateway for partners' systems",
            "version": "1",
            "description": "Messages are CloudEvents 1.0 in JSON, signed as the Standard Webhooks specification says."
            " 200 means that a message is recorded, and 422 that it is recorded as refused. Send it again under its"
            " webhook-id until there is an answer other than 408, 429, 500 and 503. Examples that sign and send:"
            " /static/send.sh and /static/send.py.",
        },
        "paths": {
            "/events": {"post": _post({**kinds, "discriminator": {"propertyName": "type", "mapping": mapping}})},
            "/openapi.json": {"get": _get("This document", "application/json", {"type": "object"})},
            "/": {"get": _get("The same as a page", "text/html", {"type": "string"})},
            "/healthz": {"get": _get("Whether the process lives", "application/json", HEALTH, unwell=True)},
            "/readyz": {"get": _get("Whether it can take messages", "application/json", HEALTH, unwell=True)},
        },
        "components": {"schemas": schemas},
    }


def _post(message: Mapping[str, Any]) -> dict[str, Any]:
    problem = {"content": {MEDIA_TYPE: {"schema": {"$ref": f"{SCHEMAS}Problem"}}}}
    receipt = {"content": {"application/json": {"schema": {"$ref": f"{SCHEMAS}Receipt"}}}}
    return {
        "operationId": "send",
        "summary": "Send a message",
        "parameters": [_header(name, **schema) for name, schema in HEADERS.items()],
        "requestBody": {"required": True, "content": {CLOUD_EVENT: {"schema": message}}},
        "responses": {
            "200": {"description": "Recorded, now or when it was first sent", **receipt},
            **{str(one): {"description": said(TITLES[HTTPStatus(one)], "en"), **problem} for one in MAY_ANSWER},
        },
    }


def _header(name: str, **schema: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, "schema": {"type": "string", **schema}}


def _get(summary: str, media_type: str, schema: Mapping[str, Any], *, unwell: bool = False) -> dict[str, Any]:
    answer = {"description": summary, "content": {media_type: {"schema": schema}}}
    return {"summary": summary, "responses": {"200": answer, **({"503": answer} if unwell else {})}}


def _message_of(kind: str) -> dict[str, Any]:
    """The schema of the messages of a kind: the CloudEvent, and in its data the fields of the event."""
    message = PartnerMessage.model_json_schema()
    message |= {"title": said(name_of(kind), "en"), "description": EVENT_CLASSES[kind].__doc__}
    message["properties"]["type"] = {"const": f"{TYPE}{kind}"}
    event = EVENT_CLASSES[kind].model_json_schema(ref_template=f"{SCHEMAS}{kind}_{{model}}")
    definitions = event.pop("$defs", {})
    fields = {name: schema for name, schema in event["properties"].items() if name not in OURS}
    data = {
        "type": "object",
        "properties": {"programme": PROGRAMME, **fields},
        "required": sorted(set(event["required"]) & fields.keys() - NEED_NOT_BE_SAID),
        "additionalProperties": False,
    }
    message["properties"]["data"] = data
    message["required"] = [*message["required"], "data"]
    used = {f"{kind}_{name}": schema for name, schema in definitions.items() if f"{kind}_{name}" in str(data)}
    return {kind: message, **used}


NEED_NOT_BE_SAID = {"effective_on", "union"}
"""Fields that follow from the message, where it does not say them: its day, and the union that has sent it."""

PROGRAMME = {"type": "string", "description": "Where the candidate has journeys in several programmes: which one."}

HEADERS = {
    "webhook-id": {"pattern": "^[!-~]{1,128}$", "description": "The id of the message, the same when sent again"},
    "webhook-timestamp": {"pattern": "^[0-9]{1,11}$", "description": "Seconds since 1970, at most five minutes off"},
    "webhook-signature": {"description": "v1, and HMAC-SHA256 in base64 over id.timestamp.body"},
}

RECEIPT = {
    "type": "object",
    "properties": {
        "event_id": {"type": "string", "format": "uuid"},
        "kind": {"enum": list(KINDS)},
        "recorded_at": {"type": "string", "format": "date-time"},
        "accepted": {"const": True},
    },
    "required": ["event_id", "kind", "recorded_at", "accepted"],
}

PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). A refusal by a rule has the rule and what a receipt has.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Which sentence `detail` is, whatever the language"},
        "rule": {"type": "string"},
        "event_id": {"type": "string", "format": "uuid"},
        "kind": {"enum": list(KINDS)},
        "recorded_at": {"type": "string", "format": "date-time"},
        "accepted": {"const": False},
    },
    "required": ["type", "title", "status", "detail", "code"],
}

HEALTH = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}


def page(language: Language) -> str:
    """The page, in a language."""
    with using_language(language):
        schemas = described()["components"]["schemas"]
        return _TEMPLATES.get_template("page.html.j2").render(
            _=_,
            language=language,
            most=LARGEST_BODY,
            at_once=AT_ONCE,
            types=[(f"{TYPE}{kind}", translate(name_of(kind)), schemas[kind]) for kind in KINDS],
            statuses=[(one, translate(TITLES[HTTPStatus(one)])) for one in MAY_ANSWER],
        )
