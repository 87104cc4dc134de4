"""Whoever is signed in: what their role may do, and how far they see. `access` finds them, pages ask them."""

from dataclasses import dataclass
from enum import StrEnum

from streams.adapters.accounts import Account, Role
from streams.console.parts import Parts
from streams.console.reader import Reach, Reader


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


def user_of(parts: Parts, account: Account) -> User:
    """The user that an account makes: without teams of its own it works in the default one, in that one's zone."""
    teams = parts.plan().teams
    mine = account.teams or (teams.default,)
    return User(account.id, account.name, account.role, mine, account.zone or teams.of(mine[0]).zone_name)


def reader_of(parts: Parts, user: User) -> Reader:
    """Whom the store is to answer, and how far they see now."""
    teams = parts.plan().teams
    named = frozenset(teams.teams)
    return Reader(user.id, user.name, REACH[user.role], user.teams, teams.default, named, parts.now())
