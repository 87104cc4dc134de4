"""Two sets of alerts from the same events: which are one occurrence, and which only one of them has.

Called by `ipt-pulse policy diff`. Alerts of one rule, patient and measure are one occurrence when they bear the same
id, or when their days overlap and they are raised within 14 days of one another: as `reconcile` tells a new one.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from schemas.alerts import Finding
from streams.core.reconcile import about

ALIKE: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Pair:
    """An occurrence; one side is None where only the other has it."""

    old: Finding | None
    new: Finding | None

    @property
    def alert(self) -> Finding:
        """One of the two, the new where there is one."""
        found = self.new or self.old
        if found is None:
            raise ValueError("a pair of nothing")
        return found

    @property
    def sooner(self) -> timedelta:
        """By how much the new one is raised earlier; 0 where either is missing."""
        return self.old.raised_at - self.new.raised_at if self.old and self.new else timedelta(0)


def pairs(old: Sequence[Finding], new: Sequence[Finding]) -> list[Pair]:
    """Every alert of both once, in the order they are raised; each is given to the nearest of the other side."""
    left: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for alert in new:
        left[_kind(alert)].append(alert)
    found = []
    for alert in old:
        candidates = [other for other in left[_kind(alert)] if _one_occurrence(alert, other)]
        same = min(candidates, key=lambda other: (_id_differs(alert, other), _apart(alert, other)), default=None)
        if same is not None:
            left[_kind(alert)].remove(same)
        found.append(Pair(alert, same))
    found += [Pair(None, alert) for alerts in left.values() for alert in alerts]
    return sorted(found, key=lambda pair: (pair.alert.raised_at, pair.alert.alert_id))


def _kind(alert: Finding) -> tuple[str, str, str]:
    return alert.rule, alert.patient, about(alert)


def _one_occurrence(old: Finding, new: Finding) -> bool:
    overlap = _day(old.since) <= new.raised_at.date() and _day(new.since) <= old.raised_at.date()
    return old.alert_id == new.alert_id or (overlap and _apart(old, new) <= ALIKE)


def _id_differs(old: Finding, new: Finding) -> bool:
    return old.alert_id != new.alert_id


def _apart(old: Finding, new: Finding) -> timedelta:
    return abs(old.raised_at - new.raised_at)


def _day(since: date | datetime) -> date:
    return since.date() if isinstance(since, datetime) else since
