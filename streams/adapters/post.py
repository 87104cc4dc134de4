"""One HTTP POST of a channel, and what its answer means: taken, worth another attempt, or never."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from streams.errors import Rejected, Unavailable

TIMEOUT_S = 10.0
WORTH_REPEATING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


async def post(
    client: httpx.AsyncClient, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float = TIMEOUT_S
) -> None:
    """POST it.

    Raises:
        Unavailable: no answer, 408, 425, 429 or 5xx; with the time that `Retry-After` asks for.
        Rejected: any other answer that is not a success.
    """
    try:
        # The client's own limit is for each read: a receiver that drips would hold a page up for ever.
        async with asyncio.timeout(timeout_s):
            response = await client.post(url, content=body, headers=dict(headers))
    except (httpx.TransportError, TimeoutError) as error:
        # The class alone: the message may hold the URL, and that may hold the receiver's key.
        raise Unavailable(type(error).__name__) from None
    status = response.status_code
    if status in WORTH_REPEATING or response.is_server_error:
        raise Unavailable(f"HTTP {status}", retry_after_s=_retry_after(response.headers.get("Retry-After")))
    if not response.is_success:
        raise Rejected("", f"HTTP {status}")


def _retry_after(said: str | None) -> float | None:
    """Seconds from now; a number or a date, as RFC 9110 has it. None for nothing, or nothing that can be read."""
    if said is None:
        return None
    if said.strip().isascii() and said.strip().isdigit():
        return float(said)
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
