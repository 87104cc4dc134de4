"""What a change of policy would have changed, counted: occurrences, and alerts a week. Called by the command."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, NamedTuple

from schemas.alerts import Finding
from streams.core.alerts import Routes
from streams.core.compare import Pair

WEEK: Final = 7


class Period(NamedTuple):
    """So many days up to the last one."""

    last: date
    days: int

    def holds(self, alert: Finding | None) -> bool:
        """Whether there is an alert, and raised in these days; one ahead of UTC may be so a day after the last."""
        return alert is not None and -1 <= (self.last - alert.raised_at.date()).days < self.days


@dataclass(frozen=True, slots=True)
class Counted:
    """Occurrences, and the alerts that go to somebody under the old policy and the new."""

    both: int
    only_old: int
    only_new: int
    sooner: int
    """Of both, those that the new policy raises earlier."""
    later: int
    told_a_week: tuple[float, float]
    weeks: tuple[Sequence[int], Sequence[int]]
    """The same week by week, up to the last day; the first may be a shorter one."""


def counted(pairs: Sequence[Pair], period: Period, routes: Routes) -> Counted:
    """Count those of a period, of which each has one alert or two."""
    old = _told_by_week((pair.old for pair in pairs), period, routes)
    new = _told_by_week((pair.new for pair in pairs), period, routes)
    return Counted(
        both=sum(pair.old is not None and pair.new is not None for pair in pairs),
        only_old=sum(pair.new is None for pair in pairs),
        only_new=sum(pair.old is None for pair in pairs),
        sooner=sum(pair.sooner > timedelta(0) for pair in pairs),
        later=sum(pair.sooner < timedelta(0) for pair in pairs),
        told_a_week=(round(sum(old) / period.days * WEEK, 2), round(sum(new) / period.days * WEEK, 2)),
        weeks=(old, new),
    )


def _told_by_week(alerts: Iterable[Finding | None], period: Period, routes: Routes) -> list[int]:
    """In usual circumstances."""
    weeks = [0] * -(-period.days // WEEK)
    for alert in alerts:
        if alert is None or not period.holds(alert):
            continue
        if routes.ladders[routes.choose(alert, lambda _when: False)].recipients:
            weeks[-1 - max((period.last - alert.raised_at.date()).days, 0) // WEEK] += 1
    return weeks
