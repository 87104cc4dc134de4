"""What the files of a policy say of each other: teams that one names and another lacks, people whom no message reaches.

None of it is a fault of one file, so nothing else tells it before an alert takes a way that nobody meant.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from schemas.alerts import Severity
from streams.adapters.care_teams import FILE as CARE_TEAMS
from streams.adapters.care_teams import read_care_teams
from streams.adapters.plan import ROTA, ROUTES
from streams.adapters.policy import read_policy
from streams.core.alerts import Plan

DETECTION: Final = "detection.yaml"
EMAIL: Final = "email"


def told_together(folder: Path | None, plan: Plan) -> Iterator[str]:
    """Lines about what does not fit together.

    Raises:
        Misconfigured: one of the files is faulty.
    """
    policy = read_policy(folder and folder / DETECTION)
    named = {
        DETECTION: [one.care_team for one in policy.overrides if one.care_team],
        CARE_TEAMS: read_care_teams(folder).ids,
    }
    for file, names in named.items():
        for team in sorted(set(names) - plan.teams.teams.keys()):
            yield f"{file} names the care team {team}, {ROTA} does not: {plan.teams.default} is told of its alerts"
    for who, words in sorted(_paged(plan).items()):
        channels = _channels(plan, who, words)
        if not channels:
            yield f"{who} is on the way of critical alerts and has no channel in {ROUTES}: the console's inbox alone"
        elif EMAIL in channels and not {who, *words} & plan.routes.addresses.keys():
            yield f"{who} is told by e-mail and has no address in {ROUTES}: that is refused each time"


def _paged(plan: Plan) -> Mapping[str, set[str]]:
    """Everybody whom a critical alert may be meant for, with the words of the ladder that they stand for."""
    ladder = plan.routes.ladders[plan.routes.severities[Severity.CRITICAL]]
    found: dict[str, set[str]] = {}
    for word in ladder.recipients:
        for team in plan.teams.teams.values():
            for who in team.people(word) or {word}:
                found.setdefault(who, set()).add(word)
    return found


def _channels(plan: Plan, who: str, words: set[str]) -> set[str]:
    """The channels of each of the words, or of the person, as the notify agent chooses them; empty if one has none."""
    listed = plan.routes.channels
    ways = [set(listed.get(who, listed.get(word, ()))) for word in words]
    return set.union(*ways) if all(ways) else set()
