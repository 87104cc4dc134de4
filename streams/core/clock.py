"""What the clock does for a patient, and when: it closes days that no later report closes, and tells the console.

Called by `analyse` after each fold, by `calm`, and by the analysis agent, which keeps an index of what is due.
"""

from typing import Final

from msgspec.structs import replace

from streams.core import days
from streams.core.detect.silence import watched_through
from streams.core.moments import MINUTE, NEAR, Day, Micros, closed_through, day_close, end_of
from streams.core.signs import ends
from streams.core.state import Record, State

GRACE: Final[Micros] = 3 * 60 * MINUTE
"""How long after midnight the clock waits for the last reports of a day before it closes it."""
SETTLING: Final[Micros] = 15 * MINUTE
"""How long after anything arrived the clock waits: a phone that was offline sends days of reports at once."""
VIEW_DELAY: Final[Micros] = 2_000_000
"""How long changes are gathered before the console is told: a view costs far more than the events it shows."""


def day_due(record: Record, now: Micros) -> Day | None:
    """The local day that the clock has to close by `now`, if any; those before it are over too."""
    if not record.closes_at or now < record.closes_at:
        return None
    return closed_through(ends(record.state, NEAR), now - GRACE)


def closed(state: State, day: Day) -> State:
    """With `day` closed by the clock. For mood only as far as there are reports: later ones still have to settle."""
    known = ends(state, NEAR)
    if not known:
        return state
    end = end_of(known, day)
    newest = days.newest(state.day_totals)
    reported = 0 if newest is None else min(end, day_close(newest.day, newest.offset))
    return replace(state, clock_closed=max(state.clock_closed, reported), silence_closed=max(state.silence_closed, end))


def closes_at(state: State, now: Micros) -> Micros:
    """When the clock may close the next day: the newest with a mood report, or one more of silence; 0 for never."""
    due = []
    newest = days.newest(state.day_totals)
    if newest is not None and newest.day > state.judged_through:
        due.append(newest.day)
    watched = watched_through(state)
    if watched is not None and state.silence_judged < watched:
        due.append(state.silence_judged + 1)
    return settled(end_of(ends(state, NEAR), min(due)), now) if due else 0


def settled(end: Micros, now: Micros) -> Micros:
    """When the clock may close a day that ends at `end`, something having arrived at `now`."""
    return max(end + GRACE, now + SETTLING)


def view_at(known: Micros, now: Micros) -> Micros:
    """When the console is to be told of what arrived at `now`; it may be due already."""
    return known or now + VIEW_DELAY
