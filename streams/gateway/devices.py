"""`/v1/devices`: a phone is let in with a one-time code, and a lost one is shut out."""

import asyncio
from http import HTTPStatus

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from streams.adapters.tokens import IMPORT
from streams.errors import Rejected
from streams.gateway.access import admit, slow_down
from streams.gateway.answers import Device, Enrolment
from streams.gateway.body import media_type, read_body
from streams.gateway.parts import parts_of
from streams.gateway.problems import Problem

BODY_LIMIT = 4_096

router = APIRouter()


@router.post("/v1/devices", status_code=HTTPStatus.CREATED, response_model=Device)
async def enrol_device(request: Request) -> Response:
    """Use up an enrolment code for a device token."""
    parts = parts_of(request)
    slow_down(parts.strangers, request.client.host if request.client else "", parts)
    if media_type(request) != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json.")
    try:
        code = Enrolment.model_validate_json(await read_body(request, BODY_LIMIT)).code
    except ValidationError as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The body must be an object with a `code`.") from error
    now = parts.now()
    try:
        grant = await asyncio.to_thread(parts.devices.redeem, code, now)
    except Rejected as error:
        raise Problem(HTTPStatus.FORBIDDEN, "The code is unknown, used or expired.") from error
    device = Device(
        device_id=grant.id, subject=grant.subject, token=parts.tokens.issue(grant, now), expires_at=grant.expires
    )
    return Response(
        orjson.dumps(device.model_dump()),
        HTTPStatus.CREATED,
        {"Cache-Control": "no-store"},
        media_type="application/json",
    )


@router.delete("/v1/devices/{device_id}", status_code=HTTPStatus.NO_CONTENT)
async def revoke_device(device_id: str, request: Request) -> Response:
    """Shut a device out, at once: the patient's own, or, for an operator, anyone's."""
    parts = parts_of(request)
    grant = admit(request, parts)
    owner = None if grant.allows(IMPORT) else grant.subject
    if not await asyncio.to_thread(parts.devices.revoke, device_id, parts.now(), subject=owner):
        raise Problem(HTTPStatus.NOT_FOUND, "There is no such device.")
    return Response(status_code=HTTPStatus.NO_CONTENT)
