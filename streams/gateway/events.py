"""`POST /v1/events`: one event or a batch goes to Kafka, and the answer says what became of each."""

import asyncio
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import APIRouter, Request, Response

from schemas.calls import CallEvent
from schemas.events import AnyEvent
from schemas.plain import PlainCheckIn, ReceivedCheckIn
from schemas.privacy import holds_private_text
from schemas.reading import TOO_MANY, Entry, Rejection, read_batch, read_single
from streams.adapters.producer import Record
from streams.errors import Rejected, Unavailable
from streams.gateway.access import admit
from streams.gateway.answers import Answer
from streams.gateway.body import media_type, read_body
from streams.gateway.crisis import calls_for_help
from streams.gateway.judge import Refusal, calls, hear_accepted, judge
from streams.gateway.parts import Parts, parts_of
from streams.gateway.problems import Problem, unavailable
from streams.metrics import (
    GATEWAY_ACCEPTED,
    GATEWAY_CALLS,
    GATEWAY_REJECTED,
    GATEWAY_UNAVAILABLE,
    GATEWAY_UNKNOWN_FIELDS,
)

SINGLE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LIMITS = {SINGLE: 1_048_576, BATCH: 4_194_304}
"""Bytes of a body, packed and unpacked."""

router = APIRouter()


@router.post("/v1/events", status_code=HTTPStatus.ACCEPTED, response_model=Answer)
async def post_events(request: Request) -> Response:
    """Take one event, or up to 500; answers when Kafka has them all."""
    parts = parts_of(request)
    grant = admit(request, parts)
    entries = await _entries(request, parts)
    judgement = judge(entries, grant, parts.now())
    GATEWAY_UNKNOWN_FIELDS.inc(judgement.unknown_fields)
    sealed, unsealed = await _seal(judgement.taken, entries, parts)
    refused = sorted((*judgement.refused, *unsealed), key=lambda refusal: refusal.index)
    for refusal in refused:
        GATEWAY_REJECTED.labels(reason=refusal.rejection.field or "whole").inc()
    members = [refusal.as_member() for refusal in refused]
    called = calls(refused, grant, parts.now())
    help_lines = parts.crisis.members() if calls_for_help([*sealed, *called]) else {}
    await _produce([*sealed, *called], help_lines, parts)
    GATEWAY_ACCEPTED.inc(len(sealed))
    GATEWAY_CALLS.inc(len(called))
    if not sealed:
        detail = "None of the events can be used."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, rejected=members, **help_lines)
    answer = {"accepted": len(sealed), "rejected": members} | help_lines
    return Response(orjson.dumps(answer), HTTPStatus.ACCEPTED, media_type="application/json")


async def _entries(request: Request, parts: Parts) -> list[Entry]:
    """The events in the body, each read by itself."""
    kind = media_type(request)
    if kind not in LIMITS:
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send {SINGLE} or {BATCH}.")
    raw = await read_body(request, LIMITS[kind])
    if kind == SINGLE:
        return [read_single(raw, received=parts.now())]
    entries = read_batch(raw, received=parts.now())
    if entries is TOO_MANY:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_MANY.reason)
    if isinstance(entries, Rejection):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, entries.reason, rejected=[])
    return entries


async def _seal(
    taken: dict[int, AnyEvent | PlainCheckIn], entries: list[Entry], parts: Parts
) -> tuple[list[AnyEvent | ReceivedCheckIn], list[Refusal]]:
    """Private text sealed and the time of receipt set; what was sealed by somebody else is refused.

    Where nothing is private nobody's key is needed; what was read as plain holds nothing of the kind.
    """
    full = [event for event in taken.values() if not isinstance(event, PlainCheckIn)]
    if missing := parts.vault.missing({event.subject for event in full if holds_private_text(event)}):
        await asyncio.to_thread(parts.vault.load, missing)
    received = parts.now()
    sealed: list[AnyEvent | ReceivedCheckIn] = []
    refused = []
    for index, event in taken.items():
        try:
            whole = event if isinstance(event, PlainCheckIn) else parts.vault.seal(event)
            sealed.append(whole.received_at(received))
        except Rejected as error:
            why = Rejection(error.field, error.reason)
            refused.append(Refusal(index, entries[index].id, why, hear_accepted(entries[index])))
    return sealed, refused


async def _produce(
    events: list[AnyEvent | ReceivedCheckIn | CallEvent], help_lines: dict[str, Any], parts: Parts
) -> None:
    records = [Record(event.subject.encode(), event.to_json()) for event in events]
    if not records:
        return
    try:
        await parts.producer.send(records)
    except Unavailable as error:
        GATEWAY_UNAVAILABLE.inc()
        # Whoever calls for help should see where to find it, whatever state our servers are in.
        raise unavailable(**help_lines) from error
