"""What a change of policy would have changed, counted: by rule, and as alerts a week. Called by the command."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from schemas.alerts import Finding
from streams.core.alerts import Routes
from streams.core.compare import Pair

WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Counted:
    """Occurrences of one rule."""

    rule: str
    both: int
    only_old: int
    only_new: int
    sooner: int
    """Of both, those that the new policy raises earlier."""
    later: int


def counted(rule: str, pairs: Sequence[Pair]) -> Counted:
    """Count those of a rule."""
    ours = [pair for pair in pairs if pair.alert.rule == rule]
    return Counted(
        rule,
        both=sum(pair.old is not None and pair.new is not None for pair in ours),
        only_old=sum(pair.new is None for pair in ours),
        only_new=sum(pair.old is None for pair in ours),
        sooner=sum(pair.sooner > timedelta(0) for pair in ours),
        later=sum(pair.sooner < timedelta(0) for pair in ours),
    )


def told_by_week(alerts: Sequence[Finding], routes: Routes, last: date, days: int) -> list[int]:
    """How many alerts go to somebody in usual circumstances, by week up to `last`; the first may be a shorter one."""
    weeks = [0] * -(-days // WEEK)
    for alert in alerts:
        if routes.ladders[routes.choose(alert, lambda _when: False)].recipients:
            weeks[-1 - max((last - alert.raised_at.date()).days, 0) // WEEK] += 1
    return weeks
