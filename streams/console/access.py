"""Who may see and do what: roles, signed-in users, sessions, and the token that every form carries.

A page says what it needs by the type of a parameter: `Inbox` or `System` here, for pages about nobody in particular;
`OfPatient`, `OfAlert`, `OfGroup` in `opened`, for pages about one. `app` turns the errors here into pages. A browser's
cookie names a session, the session an account, and both are looked up at every request, so that who is signed out, or
removed, is out at once.
"""

import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from fastapi import Depends, Form, Request
from fastapi.concurrency import run_in_threadpool

from streams.adapters.accounts import Account, Role
from streams.console.parts import Parts, parts_of
from streams.console.reader import Reach, Reader

BACKGROUND = frozenset({"/inbox/list", "/inbox/live"})
"""What an open page loads by itself: no sign that anybody is there, so no reason for a session to go on."""


class May(StrEnum):
    """What a role may be allowed."""

    SEE_INBOX = "see_inbox"
    ACT = "act"
    SEE_PATIENTS = "see_patients"
    SEE_GROUPS = "see_groups"
    BREAK_GLASS = "break_glass"
    SEE_OUTCOMES = "see_outcomes"
    SEE_ROTA = "see_rota"
    SEE_AUDIT = "see_audit"
    SEE_SYSTEM = "see_system"


_CLINICIAN = frozenset({May.SEE_INBOX, May.ACT, May.BREAK_GLASS, May.SEE_ROTA})

GRANTS: dict[Role, frozenset[May]] = {
    Role.ON_CALL: _CLINICIAN,
    Role.THERAPIST: _CLINICIAN | {May.SEE_PATIENTS, May.SEE_GROUPS},
    Role.LEAD: _CLINICIAN | {May.SEE_PATIENTS, May.SEE_GROUPS, May.SEE_OUTCOMES, May.SEE_AUDIT},
    Role.OPERATOR: frozenset({May.SEE_SYSTEM, May.SEE_ROTA, May.SEE_AUDIT}),
}

REACH: dict[Role, Reach] = {
    Role.ON_CALL: Reach.DUTY,
    Role.THERAPIST: Reach.CASELOAD,
    Role.LEAD: Reach.TEAM,
    Role.OPERATOR: Reach.NOTHING,
}


@dataclass(frozen=True, slots=True)
class User:
    """Whoever is signed in: `teams` are the care teams they work in, `zone` the IANA zone they read times in."""

    id: str
    name: str
    role: Role
    teams: tuple[str, ...]
    zone: str

    def may(self, what: May) -> bool:
        """Whether the role is allowed `what`."""
        return what in GRANTS[self.role]


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


def user_of(parts: Parts, account: Account) -> User:
    """The user that an account makes: without teams of its own it works in the default one, in that one's zone."""
    teams = parts.plan().teams
    mine = account.teams or (teams.default,)
    return User(account.id, account.name, account.role, mine, account.zone or teams.of(mine[0]).zone_name)


def reader(request: Request, user: User) -> Reader:
    """Whom the store is to answer, and how far they see now."""
    parts = parts_of(request)
    teams = parts.plan().teams
    named = frozenset(teams.teams)
    return Reader(user.id, user.name, REACH[user.role], user.teams, teams.default, named, parts.now())


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
Groups = Annotated[User, Depends(needs(May.SEE_GROUPS))]
Outcomes = Annotated[User, Depends(needs(May.SEE_OUTCOMES))]
Rota = Annotated[User, Depends(needs(May.SEE_ROTA))]
Audit = Annotated[User, Depends(needs(May.SEE_AUDIT))]
System = Annotated[User, Depends(needs(May.SEE_SYSTEM))]
OWN_FORM = Depends(own_form)
