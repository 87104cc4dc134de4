"""Care teams of a made-up clinic in Berlin, where the clocks change on 2026-03-29 and 2026-10-25, at two and three."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from streams.core.duty import Team, read_teams

BERLIN = ZoneInfo("Europe/Berlin")
WEEK = """{monday: 08:00-17:00, tuesday: 08:00-17:00, wednesday: 08:00-17:00, thursday: 08:00-17:00,
           friday: 08:00-14:30}"""
ROTATION = '{people: [ada, ben, cleo], first: 2026-01-05, days: 7, hand_over: "08:00"}'


def team(rota: str = "", **more: str) -> Team:
    """A team with this rota, in YAML's flow style; `more` goes into its working hours."""
    hours = ", ".join(["week: " + WEEK, *(f"{name}: {value}" for name, value in more.items())])
    lines = f"zone: Europe/Berlin, lead: lena, working_hours: {{{hours}}}"
    written = f"{{{lines}, rota: {rota}}}" if rota else f"{{{lines}}}"
    return read_teams(f"{{version: v, default: t, teams: {{t: {written}}}}}").of(None)


def berlin(*when: int) -> datetime:
    """The moment of a wall time there, in UTC."""
    return datetime(*when, tzinfo=BERLIN).astimezone(UTC)  # type: ignore[arg-type, misc]
