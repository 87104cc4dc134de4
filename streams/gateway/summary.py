"""A patient's own summary: their week, how the weeks before were, and the links their therapist has released. Pure.

It is made of mood by day and of a release, and of nothing else: no clock, no last time heard, no list of people. So
what a patient logs about violence changes no byte of it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from pydantic import BaseModel, Field

from schemas.releases import Release, ReleasedLink
from schemas.views import DayView
from streams.gateway.crisis import Contact

WEEK: Final = timedelta(days=7)
TREND_WEEKS: Final = 8
BEFORE: Final = timedelta(days=21)
"""What the week is compared with."""
ENOUGH_DAYS: Final = 3
"""Fewer days with reports than these tell nothing about a week, and of the weeks before it takes twice as many."""


class OwnWeek(BaseModel):
    """Seven local days and the mean mood of their reports, 0-10, higher is better."""

    first: date
    last: date
    n: int = Field(description="Reports.")
    mean: float


class OwnLink(BaseModel):
    """Mood was so much higher or lower in the 6 hours after such events: went along with, not caused by."""

    person: str | None = Field(description="By the id that the phone gave; the gateway tells no names.")
    kind: str | None
    pattern: str | None
    n: int
    effect: float
    low: float = Field(description="Lower end of the 95 % interval.")
    high: float


class Summary(BaseModel):
    """What a patient may see of themselves. `week` ends on the newest day with a report, whenever that was."""

    as_of: date | None = Field(description="The newest local day with a report; null before the first.")
    week: OwnWeek | None
    days: list[DayView] = Field(description="The days of that week that have reports.")
    trend: list[OwnWeek] = Field(description="The last 8 weeks with reports, the oldest first; ends with `week`.")
    change: float | None = Field(description="The week's mean less that of the 3 weeks before; null for too little.")
    links: list[OwnLink] = Field(description="What the therapist released, as it stood then.")
    links_released_at: datetime | None
    crisis_contacts: list[Contact]
    notice: str
    stale_since: datetime | None = Field(description="When all this was last known to be current; null: it is.")


def own_summary(
    days: Sequence[DayView],
    release: Release | None,
    *,
    contacts: Sequence[Contact],
    notice: str,
    stale_since: datetime | None,
) -> Summary:
    """The summary; `days` in their order."""
    weeks = list(_weeks(days))
    last = weeks[-1] if weeks else None
    return Summary(
        as_of=last and last.last,
        week=last,
        days=[day for day in days if last is not None and day.day >= last.first],
        trend=weeks,
        change=_change(days),
        links=[_own(link) for link in release.links] if release else [],
        links_released_at=release.at if release and release.links else None,
        crisis_contacts=list(contacts),
        notice=notice,
        stale_since=stale_since,
    )


def _weeks(days: Sequence[DayView]) -> Iterator[OwnWeek]:
    """The weeks back from the newest day, the oldest first; those without reports are left out."""
    for back in reversed(range(TREND_WEEKS)) if days else ():
        last = days[-1].day - back * WEEK
        first = last - WEEK + timedelta(days=1)
        if reported := [day for day in days if first <= day.day <= last]:
            yield OwnWeek(first=first, last=last, n=sum(day.n for day in reported), mean=_mean(reported))


def _change(days: Sequence[DayView]) -> float | None:
    if not days:
        return None
    since = days[-1].day - WEEK
    week = [day for day in days if day.day > since]
    before = [day for day in days if since - BEFORE < day.day <= since]
    if len(week) < ENOUGH_DAYS or len(before) < 2 * ENOUGH_DAYS:
        return None
    return round(_mean(week) - _mean(before), 2)


def _mean(days: Sequence[DayView]) -> float:
    return round(sum(day.n * day.mean for day in days) / sum(day.n for day in days), 2)


def _own(link: ReleasedLink) -> OwnLink:
    cell = link.cell
    numbers = {"n": link.n, "effect": link.effect, "low": link.low, "high": link.high}
    return OwnLink.model_validate({"person": cell.person, "kind": cell.kind, "pattern": cell.pattern, **numbers})
