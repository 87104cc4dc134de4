"""The gateway's OpenAPI document: what FastAPI knows of the routes, and the events' schemas, which it does not.

Served at `/openapi.json`; `python -m streams.gateway` writes it to `schemas/generated/`.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from schemas.events import EVENT_TYPES
from schemas.reading import BATCH_LIMIT
from streams.gateway.answers import Enrolment, Problem

_REF = "#/components/schemas/{model}"

REFUSALS: dict[str, dict[str, tuple[int, ...]]] = {
    "/v1/events": {"post": (401, 403, 408, 413, 415, 422, 429, 503)},
    "/v1/devices": {"post": (403, 408, 413, 415, 422, 429, 503)},
    "/v1/devices/{device_id}": {"delete": (401, 403, 404, 429, 503)},
    "/v1/me/summary": {"get": (401, 403, 429, 503)},
    "/readyz": {"get": (503,)},
}
"""Path and method to the statuses of its problem documents."""

OPEN = ("/v1/devices", "/healthz", "/readyz", "/metrics")
"""What needs no token."""


def describe(app: FastAPI) -> None:
    """Let `app` serve the whole document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            )
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> dict[str, Any]:
    components = document["components"]
    components["schemas"] |= _event_schemas()
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    document["paths"]["/v1/events"]["post"]["requestBody"] = _events_body()
    enrolment = {"application/json": {"schema": {"$ref": _REF.format(model="Enrolment")}}}
    document["paths"]["/v1/devices"]["post"]["requestBody"] = {"required": True, "content": enrolment}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation["responses"].pop("422", None)  # FastAPI's own shape, which is never sent
            for status in REFUSALS.get(path, {}).get(method, ()):
                operation["responses"][str(status)] = _problem_response()
            if path not in OPEN:
                operation["security"] = [{"token": []}]
    components["schemas"].pop("HTTPValidationError", None)
    components["schemas"].pop("ValidationError", None)
    return document


def _event_schemas() -> dict[str, Any]:
    models: list[type[BaseModel]] = [*EVENT_TYPES.values(), Enrolment, Problem]
    names, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    schemas: dict[str, Any] = definitions["$defs"]
    mapping = {name: names[(model, "validation")]["$ref"] for name, model in EVENT_TYPES.items()}
    schemas["Event"] = {
        "oneOf": [{"$ref": reference} for reference in mapping.values()],
        "discriminator": {"propertyName": "type", "mapping": mapping},
    }
    return schemas


def _events_body() -> dict[str, Any]:
    event = {"$ref": _REF.format(model="Event")}
    batch = {"type": "array", "items": event, "minItems": 1, "maxItems": BATCH_LIMIT}
    return {
        "required": True,
        "content": {
            "application/cloudevents+json": {"schema": event},
            "application/cloudevents-batch+json": {"schema": batch},
        },
    }


def _problem_response() -> dict[str, Any]:
    schema = {"$ref": _REF.format(model="Problem")}
    return {"description": "Problem document", "content": {"application/problem+json": {"schema": schema}}}
