"""Puts the console together: parts, pages, headers, sessions, and what an error looks like.

`ipt-pulse console` and the tests call `create_app`. The feed runs while the app does.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from importlib.resources import files
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException as AnyHTTPException
from starlette.middleware.sessions import SessionMiddleware

from streams.adapters.accounts import Accounts, local_accounts
from streams.adapters.oidc import provider_of
from streams.adapters.plan import LivePlan
from streams.adapters.sessions import Sessions
from streams.adapters.trail import kafka_trail
from streams.console.access import Forged, NotAllowed, NotSignedIn, current_user
from streams.console.actions import Actions
from streams.console.audit_copy import AuditCopy, audit_follower
from streams.console.audited import NotRecorded
from streams.console.changes import Changes
from streams.console.feed import Feed
from streams.console.headers import Headers
from streams.console.opened import BreakGlassFirst
from streams.console.pages import ROUTERS
from streams.console.parts import Parts
from streams.console.render import page
from streams.console.session_key import session_key
from streams.console.store import Store
from streams.settings import Settings

SESSION_COOKIE = "ipt_pulse_session"
SEE_OTHER = 303


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


def create_app(config: Settings, *, accounts: Accounts | None = None, now: Callable[[], datetime] = utc_now) -> FastAPI:
    """The console as an ASGI app; its store lies in `config.home / "console"`."""
    parts = _parts(config, accounts or local_accounts(config), now)
    app = FastAPI(lifespan=_lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.parts, app.state.kafka, app.state.address = parts, config.kafka, str(config.console_url)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", Static(directory=str(files(__package__).joinpath("static"))))
    app.add_middleware(
        SessionMiddleware,
        secret_key=session_key(config.keys),
        session_cookie=SESSION_COOKIE,
        max_age=None,  # gone when the browser closes; `adapters.sessions` ends it sooner
        same_site="strict",
        https_only=config.console_url.scheme == "https",
    )
    app.add_middleware(Headers)
    for error, handler in _ERROR_PAGES.items():
        app.add_exception_handler(error, handler)
    return app


class Static(StaticFiles):
    """Our own style and script, asked for again each time but sent only when they changed."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        """Let browsers keep the file, unlike pages."""
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers["Cache-Control"] = "no-cache"
        return response


def _parts(config: Settings, accounts: Accounts, now: Callable[[], datetime]) -> Parts:
    store, changes = Store(config.home / "console" / "store.sqlite"), Changes()
    return Parts(
        accounts=accounts,
        provider=provider_of(config),
        sessions=Sessions(config.home / "sessions.sqlite"),
        plan=LivePlan(config.policy),
        trail=kafka_trail(config.home / "trail.sqlite", config.kafka),
        audit=AuditCopy(config.home / "console" / "audit.sqlite"),
        store=store,
        feed=Feed(config.kafka, store, changes, now),
        changes=changes,
        actions=Actions(config.kafka, store, changes),
        now=now,
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    parts: Parts = app.state.parts
    audit = audit_follower(app.state.kafka, parts.audit, parts.now)
    reading = [asyncio.create_task(one.run()) for one in (parts.feed, audit)]
    await parts.trail.start()
    try:
        yield
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        await parts.trail.stop()
        parts.audit.close()
        await parts.actions.close()
        parts.store.close()


async def _sign_in_first(request: Request, _error: Exception) -> Response:
    """A link from a message arrives without the session's cookie, which is for our own pages only: once more, then."""
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        return page(request, "once_more.html", user=None, to=asked)
    if request.url.path == "/inbox/list":
        return Response(status_code=401)
    return RedirectResponse(f"/sign-in?to={quote(asked)}", SEE_OTHER)


async def _not_allowed(request: Request, _error: Exception) -> Response:
    return await _told(request, 403, "Not for this role", "Your role does not include this page.")


async def _reason_first(request: Request, error: Exception) -> Response:
    if isinstance(error, BreakGlassFirst) and request.method == "GET" and not request.url.path.endswith(".svg"):
        return RedirectResponse(f"/patients/{error.patient}/break-glass", SEE_OTHER)
    return await _http_error(request, AnyHTTPException(404))


async def _not_recorded(request: Request, _error: Exception) -> Response:
    told = (
        "Every look at a patient is written down first, and just now that is not possible: Kafka does not answer. "
        "Try again in a moment. The inbox and the alerts are there all the same."
    )
    return await _told(request, 503, "Not shown", told)


async def _forged(request: Request, _error: Exception) -> Response:
    told = "The form was too old, or not ours. Nothing was done. Go back, load the page again and repeat it."
    return await _told(request, 403, "Nothing was done", told)


async def _not_understood(request: Request, _error: Exception) -> Response:
    return await _told(request, 422, "Not understood", "Something in the request was missing or wrong.")


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, AnyHTTPException) else 500
    if status == 404:  # noqa: PLR2004 - HTTP's own number
        return await _told(
            request, 404, "Not here", "There is no such page, what it showed is gone, or it is not among yours."
        )
    return await _told(request, status, "That did not work", "The request could not be answered.")


async def _told(request: Request, status: int, title: str, text: str) -> Response:
    user = await current_user(request)
    return page(request, "told.html", user=user, status=status, title=title, text=text)


_ERROR_PAGES = {
    NotSignedIn: _sign_in_first,
    NotAllowed: _not_allowed,
    Forged: _forged,
    BreakGlassFirst: _reason_first,
    NotRecorded: _not_recorded,
    RequestValidationError: _not_understood,
    AnyHTTPException: _http_error,
}
