"""A request's body, read and unpacked within bounds: a flood or a gzip bomb costs no more than the limit."""

import asyncio
import zlib
from http import HTTPStatus

from fastapi import Request

from streams.gateway.problems import Problem

READ_SECONDS = 30
"""How long a sender may take over one body."""

_GZIP = 31  # zlib's number for "a gzip header, the largest window"


def media_type(request: Request) -> str:
    """The media type of the body in small letters; JSON is UTF-8, so no other charset is taken."""
    kind, *parameters = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    if any(part.startswith("charset=") and part[8:].strip('"') not in {"utf-8", "utf8"} for part in parameters):
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be UTF-8.")
    return kind


async def read_body(request: Request, limit: int) -> bytes:
    """The body, unpacked if it came as gzip, of at most `limit` bytes before and after."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip"}:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "The only content coding taken is gzip.",
            headers={"Accept-Encoding": "gzip"},
        )
    try:
        async with asyncio.timeout(READ_SECONDS):
            raw = await _received(request, limit)
    except TimeoutError as error:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, f"The body did not arrive within {READ_SECONDS} s.") from error
    return gunzip(raw, limit) if coding == "gzip" else raw


async def _received(request: Request, limit: int) -> bytes:
    announced = request.headers.get("content-length", "0")
    if announced.isdecimal() and int(announced) > limit:
        raise _too_large(limit)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
    return b"".join(chunks)


def gunzip(raw: bytes, limit: int) -> bytes:
    """Unpack one gzip member; stops as soon as it grows beyond `limit` bytes."""
    unpacking = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacking.decompress(raw, limit + 1)
    except zlib.error as error:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The body is not gzip.") from error
    if len(unpacked) > limit:
        raise _too_large(limit)
    if not unpacking.eof or unpacking.unused_data:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The gzip body is cut short, or more follows it.")
    return unpacked


def _too_large(limit: int) -> Problem:
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {limit} bytes.")
