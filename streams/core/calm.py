"""The short way: a check-in in time changes the sums of its day, may close the day before, and changes nothing else.

Most of what phones send is that, and the rest of a patient's record need not be read for it. `calm_until` says how long
that holds; what comes of the short way is, byte for byte, what comes of the long one. Called by `analyse`.
"""

from msgspec.structs import replace

from schemas.events import AnyEvent, CheckInEvent
from streams.core import days, moods
from streams.core.clock import settled, view_at
from streams.core.detect import DETECTORS
from streams.core.detect.answering import keeps_answering
from streams.core.detect.mood import alarm_on
from streams.core.entries import entry
from streams.core.entry import MoodEntry
from streams.core.fold import passes_at
from streams.core.moments import NEAR, Day, Micros, day_close, local_day
from streams.core.packed import Front
from streams.core.policy import Policy
from streams.core.signs import ends
from streams.core.state import MOST_OPEN, Running, State


def calm_until(state: State, policy: Policy) -> Micros:
    """Until when a check-in in the last one's offset may take the short way; 0 for not now.

    A traveller's never do: which of their days are over is harder to tell. Up to the end of the day at most, if a rule
    has more to say once it is over.
    """
    newest = days.newest(state.day_totals)
    if newest is None or state.judged_through != state.silence_judged:
        return 0
    heard = ends(state, NEAR)
    travels = {offset for _, offset in heard} != {newest.offset}
    if travels or heard[-1][0] != newest.day or state.judged_through < newest.day - 1:
        return 0
    still = state.first_day is not None and all(detector.still(state, policy) for detector in DETECTORS.values())
    return passes_at(state) if still else min(day_close(newest.day, newest.offset), passes_at(state))


def plain_check_in(event: AnyEvent) -> MoodEntry | None:
    """What is kept of a live check-in that counts no behaviour; None for everything else."""
    new = entry(event) if type(event) is CheckInEvent and not event.history else None
    return new if type(new) is MoodEntry else None


def take_in_calmly(known: Front, new: MoodEntry, policy: Policy, *, now: Micros) -> Front | None:
    """The record with that check-in in it; None if it must go the long way."""
    running = known.running
    if not running.newest < new.time < known.calm_until:
        return None
    day = local_day(new.time, new.offset)
    if not _adds_to_its_day(known, new, day):
        return None
    after: Running | None = replace(
        running,
        newest=new.time,
        moods=moods.put(running.moods, new),
        day_totals=days.with_newest_report(running.day_totals, day, new.mood, new.offset),
    )
    if after and day > after.judged_through + 1:
        after = _with_closed_day(after, day - 1, policy)
    if after is None:
        return None
    closes_at, told_at = settled(day_close(day, new.offset), now), view_at(known.view_at, now)
    return replace(known, closes_at=closes_at, view_at=told_at, running=after)


def _adds_to_its_day(known: Front, new: MoodEntry, day: Day) -> bool:
    """Whether it is certainly nothing known, of a day that is not judged, and not one too many."""
    last = days.newest(known.running.day_totals)
    return (
        last is not None
        and new.offset == last.offset
        and day > known.running.judged_through
        and last.n < days.MOST
        and new.mark not in known.running.moods
        and new.mark not in known.marks
        and moods.count(known.running.moods) + len(known.marks) // 8 < MOST_OPEN
    )


def _with_closed_day(running: Running, day: Day, policy: Policy) -> Running | None:
    """With `day` judged, and nothing found; None if there is more to it."""
    sure = running.judged_through
    if running.first_day is None or not keeps_answering(running, sure, day, policy):
        return None
    rows = days.rows(running.day_totals, sure + 1, day)
    known = days.columns(running.day_totals)
    if any(alarm_on(known, row, running.first_day, running.alarms, policy.mood) for row in rows):
        return None
    return replace(running, judged_through=day, silence_judged=day)
