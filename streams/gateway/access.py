"""Who is calling, and how often: the bearer token, whether it was revoked, and the sender's rate."""

from http import HTTPStatus
from math import ceil

from fastapi import Request

from streams.adapters.tokens import IMPORT, WRITE, Grant
from streams.errors import Rejected
from streams.gateway.limits import Buckets
from streams.gateway.parts import Parts
from streams.gateway.problems import Problem


def admit(request: Request, parts: Parts) -> Grant:
    """What the caller's token allows.

    Raises:
        Problem: 401 without a valid token, 403 when it is for something else, 429 when it calls too often.
    """
    grant = _granted(request, parts)
    if not (grant.allows(WRITE) or grant.allows(IMPORT)):
        raise Problem(HTTPStatus.FORBIDDEN, f"The token lacks the scope {WRITE}.")
    slow_down(parts.operators if grant.allows(IMPORT) else parts.phones, grant.id, parts)
    return grant


def slow_down(buckets: Buckets, key: str, parts: Parts) -> None:
    """Raise 429 when `key` calls too often."""
    wait = buckets.wait(key, parts.now().timestamp())
    if wait > 0:
        headers = {"Retry-After": str(ceil(wait))}
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, "Too many requests; keep the events.", headers=headers)


def _granted(request: Request, parts: Parts) -> Grant:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthorised("A bearer token is needed.", "")
    try:
        grant = parts.tokens.verify(token.strip(), parts.now())
    except Rejected as error:
        raise _unauthorised(f"The token is {error.reason}.", ' error="invalid_token"') from error
    if parts.devices.is_revoked(grant.id):
        raise _unauthorised("The token was revoked.", ' error="invalid_token"')
    return grant


def _unauthorised(detail: str, error: str) -> Problem:
    return Problem(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": f"Bearer{error}"})
