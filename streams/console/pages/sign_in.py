"""Signing in and out, and the way to the page that a role starts on."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from schemas.audit import Deed
from streams.adapters.accounts import Refusal
from streams.adapters.oidc import Provider
from streams.console.access import OWN_FORM, NotSignedIn, begin_session, current_user, end_session
from streams.console.audited import deed_of, note
from streams.console.parts import parts_of
from streams.console.render import page
from streams.console.user import May, User, user_of
from streams.errors import Misconfigured, Rejected, Unavailable

router = APIRouter()

SEE_OTHER = 303


@router.get("/")
async def home(request: Request) -> Response:
    """The page that the role starts on."""
    user = await current_user(request)
    if user is None:
        raise NotSignedIn
    return RedirectResponse(start_of(user), SEE_OTHER)


@router.get("/sign-in")
async def sign_in_page(request: Request, to: str = "/") -> Response:
    """Ask for name and password."""
    return _asked(request, own_path(to))


@router.post("/sign-in", dependencies=[OWN_FORM])
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=64)],
    password: Annotated[str, Form(max_length=256)],
    to: Annotated[str, Form()] = "/",
) -> Response:
    """Begin a session, and go where one wanted to go."""
    parts = parts_of(request)
    source = request.client.host if request.client else ""
    found = await run_in_threadpool(parts.accounts.sign_in, name, password, source=source, now=parts.now())
    if isinstance(found, Refusal):
        status = 429 if found is Refusal.LOCKED else 401
        return _asked(request, own_path(to), status=status, refusal=found)
    await run_in_threadpool(begin_session, request, found)
    await _note(request, user_of(parts, found), Deed.SIGNED_IN)
    return RedirectResponse(own_path(to), SEE_OTHER)


@router.get("/sign-in/provider")
async def provider_sign_in(request: Request, to: str = "/") -> Response:
    """Go to the clinic's own provider."""
    back = f"{request.app.state.address.rstrip('/')}/sign-in/back"
    try:
        answer = await _provider(request).begin(request, back)
    except (Unavailable, Misconfigured):
        return _refused(request, 503, "The clinic's sign-in does not answer. Try again in a moment.")
    request.session["to"] = own_path(to)
    return answer


@router.get("/sign-in/back")
async def provider_back(request: Request) -> Response:
    """Come back from it, signed in or not."""
    if request.headers.get("sec-fetch-site") == "cross-site":  # the cookie is for our own pages: once more, from one
        asked = f"{request.url.path}?{request.url.query}"
        return page(request, "once_more.html", user=None, to=asked)
    parts, provider = parts_of(request), _provider(request)
    try:
        person = await provider.finish(request, parts.plan().teams.teams)
        known = (person.subject, person.name, person.role, person.teams, person.zone)
        found = await run_in_threadpool(parts.accounts.provided, *known)
    except (Unavailable, Misconfigured):
        return _refused(request, 503, "The clinic's sign-in does not answer. Try again in a moment.")
    except Rejected as error:
        return _refused(request, 403, f"The clinic's sign-in does not let you in: your {error.field} {error.reason}.")
    to = own_path(str(request.session.get("to", "/")))
    await run_in_threadpool(begin_session, request, found)
    await _note(request, user_of(parts, found), Deed.SIGNED_IN)
    return RedirectResponse(to, SEE_OTHER)


@router.post("/sign-out", dependencies=[OWN_FORM])
async def sign_out(request: Request) -> Response:
    """End the session."""
    user = await current_user(request)
    await run_in_threadpool(end_session, request)
    if user is not None:
        await _note(request, user, Deed.SIGNED_OUT)
    return RedirectResponse("/sign-in", SEE_OTHER)


def _asked(request: Request, to: str, *, status: int = 200, refusal: Refusal | None = None) -> Response:
    provided = parts_of(request).provider is not None
    return page(request, "sign_in.html", user=None, status=status, to=to, refusal=refusal, provided=provided)


def _provider(request: Request) -> Provider:
    provider = parts_of(request).provider
    if provider is None:
        raise HTTPException(404)
    return provider


def _refused(request: Request, status: int, told: str) -> Response:
    return page(request, "told.html", user=None, status=status, title="Not signed in", text=told)


async def _note(request: Request, user: User, deed: Deed) -> None:
    await note(request, deed_of(request, user).model_copy(update={"deed": deed, "page": None}))


def start_of(user: User) -> str:
    """Where a user starts."""
    return "/inbox" if user.may(May.SEE_INBOX) else "/system"


def own_path(to: str) -> str:
    """`to` if it is a path of this console, and not an address elsewhere; otherwise the start."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain else "/"
