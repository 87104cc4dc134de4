"""`GET /v1/me/summary`: what a patient's own phone may show of them."""

from datetime import UTC, datetime
from hashlib import blake2b
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from streams.adapters.follower import FeedState
from streams.adapters.tokens import IMPORT
from streams.gateway.access import admit
from streams.gateway.parts import Parts, parts_of
from streams.gateway.problems import Problem, unavailable
from streams.gateway.summary import Summary, own_summary

router = APIRouter()

KEPT_BY = {"Cache-Control": "private, no-cache", "Vary": "Authorization"}
"""The phone may keep its answer, and asks each time whether it still holds; nobody on the way may."""


@router.get("/v1/me/summary", response_model=Summary)
async def my_summary(request: Request) -> Response:
    """The patient's own week, trend and released links, and whom to turn to in a crisis.

    Whose it is follows from the token alone: no request can name a patient. It holds no names; the phone has its own.
    """
    parts = parts_of(request)
    grant = admit(request, parts)
    if grant.allows(IMPORT):
        raise Problem(HTTPStatus.FORBIDDEN, "Only a patient's own device sees their summary.")
    body = _summary(grant.subject, parts).model_dump_json().encode()
    headers = {**KEPT_BY, "ETag": f'"{blake2b(body, digest_size=16).hexdigest()}"'}
    if headers["ETag"] in _known(request):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def _summary(patient: str, parts: Parts) -> Summary:
    status, days = parts.views.status, parts.kept.days(patient)
    current = status.state is FeedState.CURRENT
    if days is None and not current:
        # Nobody can say yet whether there is none. The contacts do not wait for that.
        raise unavailable(**parts.crisis.members())
    return own_summary(
        days or (),
        parts.kept.release(patient),
        contacts=parts.crisis.contacts,
        notice=parts.crisis.notice,
        stale_since=None if current else status.current_at or _last_read(parts),
    )


def _last_read(parts: Parts) -> datetime | None:
    copy = parts.kept.copy_of()
    return datetime.fromtimestamp(int(copy[1]), UTC) if copy else None


def _known(request: Request) -> set[str]:
    """The ETags that the phone has; a cache on the way may have made them weak."""
    given = request.headers.get("if-none-match", "").split(",")
    return {tag.strip().removeprefix("W/") for tag in given}
