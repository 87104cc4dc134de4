"""Serves the demonstration phone's page, and passes what it asks of `/v1` on to the gateway.

Page and gateway are one origin this way, so the page needs no leave to talk to another one, and the gateway gives none.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from deploy.phone.lists import lists

STATIC: Final = Path(__file__).parent / "static"
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
ASKED: Final = ("authorization", "content-type", "content-encoding", "if-none-match")
ANSWERED: Final = ("content-type", "retry-after", "etag", "cache-control", "www-authenticate")
TIMEOUT_S: Final = 15.0


def create_app(gateway: str) -> Starlette:
    """The page, in front of the gateway at this address."""
    client = httpx.AsyncClient(base_url=gateway, timeout=TIMEOUT_S, trust_env=False)

    async def pass_on(request: Request) -> Response:
        headers = {name: request.headers[name] for name in ASKED if name in request.headers}
        try:
            answer = await client.request(
                request.method, request.url.path, content=await request.body(), headers=headers
            )
        except httpx.TransportError:
            return Response(status_code=503, headers={"Retry-After": "2"})
        kept = {name: answer.headers[name] for name in ANSWERED if name in answer.headers}
        return Response(answer.content, answer.status_code, kept)

    @asynccontextmanager
    async def running(_app: Starlette) -> AsyncIterator[None]:
        async with client:
            yield

    return Starlette(
        lifespan=running,
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])],
        routes=[
            Route("/readyz", _ready),
            Route("/lists.json", _lists),
            Route("/v1/{rest:path}", pass_on, methods=["GET", "POST", "DELETE"]),
            Mount("/", _Page(directory=STATIC, html=True)),
        ],
    )


class _Page(StaticFiles):
    """The page's own files, with what a browser may do with them."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """The file."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.update(HEADERS)
        return response


async def _ready(_request: Request) -> Response:
    return JSONResponse({"status": "ready"})


async def _lists(_request: Request) -> Response:
    return JSONResponse(lists(), headers=HEADERS)
