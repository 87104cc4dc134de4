"""The alert inbox: what waits, the worst first, kept up to date while it is open."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from schemas.alerts import Alert
from schemas.audit import Deed
from streams.adapters.accounts import Role
from streams.console.access import Inbox, reader
from streams.console.audit_copy import Sought
from streams.console.parts import Parts, parts_of
from streams.console.render import page
from streams.console.user import User

router = APIRouter()

LIVE_FOR_RINGS = 200
"""After so many changes the stream ends and the browser opens a new one, for which it has to be signed in still."""

RETRY_MS = 250
"""How soon the browser opens it; left to itself a browser waits for seconds, in which no new alert would show."""

BEAT_S = 30.0
"""With no change for so long the list is read again, so that waiting times stay true."""


GLASS_SHOWN = timedelta(days=7)
"""How long a lead's inbox says that the glass was broken."""


@dataclass(frozen=True, slots=True)
class Lists:
    """What the inbox shows; `count` is all that waits, although the list may end sooner."""

    count: int
    waiting: tuple[Alert, ...]
    closed: tuple[Alert, ...]
    imported: tuple[Alert, ...]


@router.get("/inbox")
async def inbox(request: Request, user: Inbox) -> Response:
    """The whole page."""
    did = request.session.pop("did", None)
    return page(
        request, "inbox.html", user=user, did=did, lists=_shown(request, user), glass=_broken_glass(request, user)
    )


@router.get("/inbox/list")
async def inbox_list(request: Request, user: Inbox) -> Response:
    """The lists alone, which the page's script puts in place of the old ones."""
    return page(request, "inbox_list.html", user=user, lists=_shown(request, user))


@router.get("/inbox/live")
async def inbox_live(request: Request, _user: Inbox) -> Response:
    """A stream of `changed` events, which carry nothing."""
    return EventSourceResponse(_rings(parts_of(request)), ping=15)


def _broken_glass(request: Request, user: User) -> int:
    """How often the glass was broken to the lead's patients in the last week; nobody else is shown it here."""
    if user.role is not Role.LEAD:
        return 0
    parts = parts_of(request)
    found = parts.audit.entries(Sought(deed=Deed.BROKE_GLASS), user.teams, parts.now())
    return sum(entry.at > parts.now() - GLASS_SHOWN for entry in found)


async def _rings(parts: Parts) -> AsyncIterator[ServerSentEvent]:
    count = parts.changes.count
    yield ServerSentEvent(event="changed", data="", retry=RETRY_MS)  # what changed between the page and this stream
    for _ in range(LIVE_FOR_RINGS):
        count = await parts.changes.after(count, timeout_s=BEAT_S)
        yield ServerSentEvent(event="changed", data="")


def _shown(request: Request, user: User) -> Lists:
    store, looks = parts_of(request).store, reader(request, user)
    return Lists(
        store.count_open(looks), store.open_alerts(looks), store.closed_alerts(looks), store.imported_alerts(looks)
    )
