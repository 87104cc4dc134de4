"""Who may see and do what: roles, signed-in users, sessions, and the token that every form carries.

A page says what it needs by the type of a parameter: `Inbox` or `System` here, for pages about nobody in particular;
`OfPatient`, `OfAlert`, `OfGroup` in `opened`, for pages about one. `app` turns the errors here into pages. A browser's
cookie names a session, the session an account, and both are looked up at every request, so that who is signed out, or
removed, is out at once.
"""

import secrets
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.concurrency import run_in_threadpool

from streams.adapters.accounts import Account
from streams.console.audited import deed_of, note, record
from streams.console.parts import parts_of
from streams.console.reader import Reader
from streams.console.user import May, User, reader_of, user_of

BACKGROUND = frozenset({"/inbox/list", "/inbox/live"})
"""What an open page loads by itself: no sign that anybody is there, so no reason for a session to go on."""


class NotSignedIn(Exception):
    """Nobody is signed in: the sign-in page comes first."""


class NotAllowed(Exception):
    """The role of whoever is signed in is not allowed this."""


class Forged(Exception):
    """A form without the token of its session: from another site, or from before a new sign-in."""


def begin_session(request: Request, account: Account) -> None:
    """Sign `account` in, with a fresh session and token, so that nothing known before is worth anything after it."""
    end_session(request)
    parts = parts_of(request)
    request.session["sid"] = parts.sessions.begin(account, parts.now())
    form_token(request)


def end_session(request: Request) -> None:
    """End the session, whoever else holds a copy of its cookie."""
    if (token := request.session.get("sid")) is not None:
        parts_of(request).sessions.end(token)
    request.session.clear()


def form_token(request: Request) -> str:
    """The token that this session's forms carry."""
    return str(request.session.setdefault("csrf", secrets.token_urlsafe(24)))


async def current_user(request: Request) -> User | None:
    """Whoever is signed in, if the session lasts and the account still stands with the same password and role."""
    if not hasattr(request.state, "user"):
        request.state.user = await run_in_threadpool(_user, request)
    found: User | None = request.state.user
    return found


def _user(request: Request) -> User | None:
    parts, token = parts_of(request), request.session.get("sid")
    if token is None:
        return None
    seen = request.url.path not in BACKGROUND and not request.url.path.endswith(".svg")
    found = parts.sessions.whose(token, parts.now(), seen=seen)
    account = None if found is None else parts.accounts.known_as(found[0])
    if found is None or account is None or not secrets.compare_digest(account.stamp, found[1]):
        return None
    return user_of(parts, account)


def reader(request: Request, user: User) -> Reader:
    """Whom the store is to answer, and how far they see now."""
    return reader_of(parts_of(request), user)


def needs(what: May) -> Callable[[Request], Coroutine[Any, Any, User]]:
    """A dependency that lets only those through who are signed in and allowed `what`."""

    async def allowed(request: Request) -> User:
        user = await current_user(request)
        if user is None:
            raise NotSignedIn
        if not user.may(what):
            raise NotAllowed
        return user

    return allowed


def lists(what: May) -> Callable[[Request], Coroutine[Any, Any, User]]:
    """The same for pages that list what is clinical: nobody sees one before it is in the audit."""
    allowed = needs(what)

    async def recorded(request: Request) -> User:
        user = await allowed(request)
        await record(request, deed_of(request, user))
        return user

    return recorded


async def sees_inbox(request: Request) -> User:
    """A dependency of the inbox, which is written down but never waits; what it loads by itself is not."""
    user = await needs(May.SEE_INBOX)(request)
    if request.url.path not in BACKGROUND:
        await note(request, deed_of(request, user))
    return user


def own_form(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """A dependency of every form's target: the token is this session's own."""
    known = request.session.get("csrf", "")
    if not known or not secrets.compare_digest(known.encode(), csrf.encode()):
        raise Forged


Inbox = Annotated[User, Depends(sees_inbox)]
Patients = Annotated[User, Depends(lists(May.SEE_PATIENTS))]
Outcomes = Annotated[User, Depends(lists(May.SEE_OUTCOMES))]
Audit = Annotated[User, Depends(lists(May.SEE_AUDIT))]
Rota = Annotated[User, Depends(needs(May.SEE_ROTA))]
System = Annotated[User, Depends(needs(May.SEE_SYSTEM))]
OWN_FORM = Depends(own_form)
