"""The short way: a check-in of the running day, later than all that was heard, changes the sums of its day and no more.

Most of what phones send is that. Nothing is judged before the day is over, so nothing else has to be read. `calm_until`
says how long that holds; what comes of the short way is, byte for byte, what comes of the long one. For `analyse`.
"""

from typing import Final

from msgspec.structs import replace

from schemas.events import AnyEvent, CheckInEvent
from streams.core import days, moods
from streams.core.clock import settled, view_at
from streams.core.entries import entry
from streams.core.entry import MoodEntry, TherapyEntry
from streams.core.fold import passes_at
from streams.core.moments import NEAR, Micros, day_close, micros
from streams.core.packed import Front
from streams.core.signs import ends
from streams.core.state import MOST_OPEN, State

LEAST_BYTES: Final = 32
"""No event of the open days takes fewer in a packed record, but for plain check-ins."""


def calm_until(state: State) -> Micros:
    """Until when a check-in in the last one's offset takes the short way; 0 for not now.

    A traveller's never do: which of their days are over is harder to tell.
    """
    newest = days.newest(state.day_totals)
    if newest is None or not state.judged_through == state.silence_judged == newest.day - 1:
        return 0
    heard = ends(state, NEAR)
    linked = (known.offset for known in state.others if type(known) is TherapyEntry)
    if heard[-1][0] != newest.day or {*(offset for _, offset in heard), *linked} != {newest.offset}:
        return 0
    return min(day_close(newest.day, newest.offset), passes_at(state))


def take_in_calmly(known: Front, event: AnyEvent, *, now: Micros) -> Front | None:
    """The record with `event` in it; None if it must go the long way."""
    if type(event) is not CheckInEvent or event.history or not known.newest < micros(event.time) < known.calm_until:
        return None
    new = entry(event)
    day = days.newest(known.day_totals)
    if type(new) is not MoodEntry or day is None or new.offset != day.offset or day.n >= days.MOST:
        return None
    if new.mark in known.moods or new.mark in known.rest:
        return None  # it is known already, or its mark is there by chance
    if moods.count(known.moods) + len(known.rest) // LEAST_BYTES >= MOST_OPEN:
        return None
    return replace(
        known,
        closes_at=settled(day_close(day.day, day.offset), now),
        view_at=view_at(known.view_at, now),
        newest=new.time,
        moods=moods.put(known.moods, new),
        day_totals=days.with_report(known.day_totals, day.day, new.mood, 1, new.offset),
    )
