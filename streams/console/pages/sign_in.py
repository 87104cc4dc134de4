"""Signing in and out, and the way to the page that a role starts on."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from schemas.audit import Deed
from streams.adapters.accounts import Refusal
from streams.console.access import OWN_FORM, NotSignedIn, begin_session, current_user, end_session
from streams.console.audited import deed_of, note
from streams.console.parts import parts_of
from streams.console.render import page
from streams.console.user import May, User, user_of

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
    return page(request, "sign_in.html", user=None, to=own_path(to), refusal=None)


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
        return page(request, "sign_in.html", user=None, status=status, to=own_path(to), refusal=found)
    await run_in_threadpool(begin_session, request, found)
    await _note(request, user_of(parts, found), Deed.SIGNED_IN)
    return RedirectResponse(own_path(to), SEE_OTHER)


@router.post("/sign-out", dependencies=[OWN_FORM])
async def sign_out(request: Request) -> Response:
    """End the session."""
    user = await current_user(request)
    await run_in_threadpool(end_session, request)
    if user is not None:
        await _note(request, user, Deed.SIGNED_OUT)
    return RedirectResponse("/sign-in", SEE_OTHER)


async def _note(request: Request, user: User, deed: Deed) -> None:
    await note(request, deed_of(request, user).model_copy(update={"deed": deed, "page": None}))


def start_of(user: User) -> str:
    """Where a user starts."""
    return "/inbox" if user.may(May.SEE_INBOX) else "/system"


def own_path(to: str) -> str:
    """`to` if it is a path of this console, and not an address elsewhere; otherwise the start."""
    plain = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if plain else "/"
