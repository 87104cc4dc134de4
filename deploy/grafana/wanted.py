"""What a clinic's Grafana ought to hold: an organisation for each care team, and one for those who run the pipeline.

Any viewer of an organisation can query any of its data sources, so folders and variables keep nobody apart: one
organisation, one bucket and one read token for each team, with the same dashboards under the same uids in each.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from deploy.grafana.pages import BOARDS
from deploy.grafana.rules import FOLDER, RULES, Rule
from deploy.grafana.spec import CONSOLE, DASHBOARDS, SOURCE_UID
from streams.adapters.care_teams import CareTeams, User
from streams.adapters.places import HERE, OPERATIONS

MAIN: Final = "Main Org."
"""The organisation that every Grafana has: of the one team, or of those who run the pipeline."""
FOLDER_TITLE: Final = "ipt-pulse"


@dataclass(frozen=True, slots=True)
class Organisation:
    """What one organisation holds."""

    name: str
    place: str
    boards: tuple[str, ...]
    """Uids."""
    users: tuple[User, ...]
    rules: tuple[Rule, ...] = ()
    only_these_users: bool = True
    """Who is no longer named loses the organisation."""


def organisations(teams: CareTeams) -> list[Organisation]:
    """All of them, that of operations first."""
    of_teams = tuple(board.uid for board in BOARDS if not board.operations)
    of_operations = tuple(board.uid for board in BOARDS if board.operations)
    if not teams.teams:
        return [Organisation(MAIN, HERE, (*of_teams, *of_operations), teams.operators, RULES, only_these_users=False)]
    return [
        Organisation(MAIN, OPERATIONS, of_operations, teams.operators, RULES),
        *(Organisation(team.name, team.id, of_teams, team.users) for team in teams.teams),
    ]


def data_source(url: str, bucket: str, token: str) -> dict[str, Any]:
    """A data source that reads one bucket. Grafana never shows its token again, so a mark of it lies beside."""
    return {
        "uid": SOURCE_UID,
        "name": SOURCE_UID,
        "type": "influxdb",
        "access": "proxy",
        "url": url,
        "isDefault": True,
        "jsonData": {
            "version": "InfluxQL",
            "dbName": bucket,
            "httpMode": "POST",
            "httpHeaderName1": "Authorization",
            "tokenMark": sha256(token.encode()).hexdigest()[:16],
        },
        "secureJsonData": {"httpHeaderValue1": f"Token {token}"},
    }


def dashboard(uid: str, console: str) -> dict[str, Any]:
    """A generated dashboard, with links that lead to this clinic's console."""
    text = (DASHBOARDS / f"{uid}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text.replace(CONSOLE, console.rstrip("/")))
    return found


def folder() -> dict[str, str]:
    """Where all of it lies."""
    return {"uid": FOLDER, "title": FOLDER_TITLE}


def logins(users: Iterable[User]) -> dict[str, User]:
    """By login."""
    return {user.login: user for user in users}
