"""Who may see and do what: roles, signed-in users, sessions, and the token that every form carries.

Pages name what they need, such as `Inbox` or `Patients`, as the type of a parameter; `app` turns the errors here into
pages. A session is a signed cookie that names an account; the account is looked up at every request, so that a removed
one is out at once.
"""

import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.concurrency import run_in_threadpool

from streams.adapters.accounts import Account, Role
from streams.console.parts import parts_of

SESSION_LASTS = timedelta(hours=12)
"""About a shift; then one signs in again."""


class May(StrEnum):
    """What a role may be allowed."""

    SEE_INBOX = "see_inbox"
    ACT = "act"
    SEE_PATIENTS = "see_patients"
    SEE_SYSTEM = "see_system"


GRANTS: dict[Role, frozenset[May]] = {
    Role.ON_CALL: frozenset({May.SEE_INBOX, May.ACT}),
    Role.LEAD: frozenset({May.SEE_INBOX, May.ACT}),
    Role.THERAPIST: frozenset({May.SEE_INBOX, May.ACT, May.SEE_PATIENTS}),
    Role.OPERATOR: frozenset({May.SEE_SYSTEM}),
}


@dataclass(frozen=True, slots=True)
class User:
    """Whoever is signed in."""

    name: str
    role: Role

    def may(self, what: May) -> bool:
        """Whether the role is allowed `what`."""
        return what in GRANTS[self.role]


class NotSignedIn(Exception):
    """Nobody is signed in: the sign-in page comes first."""


class NotAllowed(Exception):
    """The role of whoever is signed in is not allowed this."""


class Forged(Exception):
    """A form without the token of its session: from another site, or from before a new sign-in."""


def begin_session(request: Request, account: Account, now: datetime) -> None:
    """Sign `account` in, with a fresh token, so that nothing known before the sign-in is worth anything after it."""
    request.session.clear()
    request.session.update(name=account.name, stamp=account.stamp, since=now.timestamp())
    form_token(request)


def form_token(request: Request) -> str:
    """The token that this session's forms carry."""
    return str(request.session.setdefault("csrf", secrets.token_urlsafe(24)))


async def current_user(request: Request) -> User | None:
    """Whoever is signed in, if the session is fresh and the account still stands with the same password."""
    parts = parts_of(request)
    name, since = request.session.get("name"), request.session.get("since", 0.0)
    if name is None or parts.now().timestamp() - since > SESSION_LASTS.total_seconds():
        return None
    account = await run_in_threadpool(parts.accounts.find, name)
    if account is None or not secrets.compare_digest(account.stamp, request.session["stamp"]):
        return None
    return User(account.name, account.role)


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


def own_form(request: Request, csrf: Annotated[str, Form()] = "") -> None:
    """A dependency of every form's target: the token is this session's own."""
    known = request.session.get("csrf", "")
    if not known or not secrets.compare_digest(known.encode(), csrf.encode()):
        raise Forged


Inbox = Annotated[User, Depends(needs(May.SEE_INBOX))]
Actor = Annotated[User, Depends(needs(May.ACT))]
Patients = Annotated[User, Depends(needs(May.SEE_PATIENTS))]
System = Annotated[User, Depends(needs(May.SEE_SYSTEM))]
OWN_FORM = Depends(own_form)
