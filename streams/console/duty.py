"""The rota as its page shows it: of each care team who is on call, who comes next, what lacks, when it works.

And the silences that hold something back, with who set them, why, and until when.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from streams.console.words import rule_words
from streams.core.alerts import Plan
from streams.core.duty import FaultKind, Rota, Team, Turn, rota_faults
from streams.core.duty.hours import WEEK

AHEAD = timedelta(days=28)
"""How far the page looks."""
A_DAY = timedelta(days=1)
"""How far ahead a fault is alarmed."""

FAULTS = {
    FaultKind.EMPTY: "Nobody is on call",
    FaultKind.OVERLAPPING: "Two shifts at once; the one that begins last counts",
    FaultKind.UNCLOSED: "Nobody said when the shift ends",
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Something wrong with the shifts ahead; `soon`: within a day, so the lead was told."""

    says: str
    begins: datetime | None
    ends: datetime | None
    soon: bool


@dataclass(frozen=True, slots=True)
class TeamDuty:
    """One care team at a moment."""

    team: str
    default: bool
    """It is also the team of whoever belongs to none that is named."""
    zone: str
    working: bool
    works_again: datetime | None
    """When it next works; None while it does."""
    hours: tuple[tuple[str, str], ...]
    """By weekday, in the team's own time."""
    closed: str
    """Holidays and further days, in words."""
    rota: bool
    """Whether its words of the ladders have names here."""
    on_call: Turn | None
    following: str | None
    lead: str | None
    turns: tuple[Turn, ...]
    """The turns ahead, the present one first."""
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Quiet:
    """A silence that stands or is to come."""

    rules: str
    teams: str
    since: datetime
    until: datetime
    by: str
    reason: str
    stands: bool


def duties(plan: Plan, now: datetime) -> tuple[TeamDuty, ...]:
    """Every care team, in the order of the file."""
    return tuple(_duty(name, team, now, default=name == plan.teams.default) for name, team in plan.teams.teams.items())


def silences(plan: Plan, now: datetime) -> tuple[Quiet, ...]:
    """Those that are not over, the next to end first."""
    left = sorted((one for one in plan.silences.silences if one.until > now), key=lambda one: one.until)
    return tuple(
        Quiet(
            rules=", ".join(rule_words(rule).title for rule in one.rules),
            teams=", ".join(one.teams) or "all care teams",
            since=one.since,
            until=one.until,
            by=one.by,
            reason=one.reason,
            stands=one.since <= now,
        )
        for one in left
    )


def _duty(name: str, team: Team, now: datetime, *, default: bool) -> TeamDuty:
    working = team.working(now)
    rota = team.rota
    return TeamDuty(
        team=name,
        default=default,
        zone=team.zone_name,
        working=working,
        works_again=None if working else team.next_working(now),
        hours=tuple(
            (day.value.capitalize(), f"{span[0]:%H:%M} to {span[1]:%H:%M}")
            for day in WEEK
            if (span := team.hours.week.get(day)) is not None
        ),
        closed=_closed(team, now),
        rota=rota is not None,
        on_call=team.turn(now),
        following=None if rota is None else rota.next(now, team.zone),
        lead=team.lead,
        turns=() if rota is None else tuple(_turns(rota, team, now)),
        gaps=() if rota is None else tuple(_gaps(rota, team, now)),
    )


def _turns(rota: Rota, team: Team, now: datetime) -> Iterator[Turn]:
    """One after the other, as the rota is read at each moment; a time that nobody has is a gap."""
    at: datetime | None = now
    while at is not None and at < now + AHEAD:
        turn = rota.now(at, team.zone)
        if turn is not None:
            # The one now on began when it did; one that goes on after another's shift begins again then.
            yield turn if at == now else replace(turn, begins=max(turn.begins, at))
            at = turn.ends
        else:
            at = _next_begin(rota, team, at)


def _next_begin(rota: Rota, team: Team, at: datetime) -> datetime | None:
    return next((bound for bound in rota.bounds(team.zone) if bound > at), None)


def _gaps(rota: Rota, team: Team, now: datetime) -> Iterator[Gap]:
    for fault in rota_faults(rota, team.zone, now, AHEAD):
        yield Gap(FAULTS[fault.kind], fault.begins, fault.ends, soon=fault.touches(now, now + A_DAY))


def _closed(team: Team, now: datetime) -> str:
    told = []
    if team.hours.holidays is not None:
        where = " ".join(filter(None, (team.hours.holidays.country, team.hours.holidays.subdivision)))
        told.append(f"public holidays of {where}")
    told += (f"{one:%d %b %Y}" for one in sorted(team.hours.closed) if one >= now.date())
    return ", ".join(told)
