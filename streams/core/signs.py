"""Signs of life, day by day: was the phone alive, did it ask, was anything answered?

Called by `fold`, which adds what arrives, and by the rule `silence`. Heartbeats and prompts are many and say little, so
they are kept as the hours in which they came: a copy sets a bit that is set already.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.events import HeartbeatEvent, PromptEvent
from streams.core import day_bits, moods
from streams.core.days import offsets
from streams.core.entry import AnyEntry, ClinicEntry, MoodEntry, PersonEntry, SafetyEntry, ScoreEntry, UnscoredEntry
from streams.core.moments import DAY, MINUTE, Day, Micros, local_day, micros, offset_minutes, over_everywhere
from streams.core.state import HORIZON, SIGNS_KEPT, SignDay, State

MOST_ANSWERS = 20
"""A day with more answers counts as one of so many: a broken phone makes no habit."""


class Lived(NamedTuple):
    """What was heard of a patient on one local day."""

    answers: int
    """Check-ins; 1 where there is none but something else was reported."""
    asked: int
    """Half hours in which the phone asked."""
    alive: bool
    """Anything at all came from the phone."""
    beats: bool


NOTHING = Lived(0, 0, alive=False, beats=False)


def with_signs(days: tuple[SignDay, ...], heard: Iterable[HeartbeatEvent | PromptEvent]) -> tuple[SignDay, ...]:
    """`days` with what the phone said."""
    by_day: dict[Day, SignDay] = {}
    for event in heard:
        by_day = by_day or {day.day: day for day in days}
        at, offset = micros(event.time), offset_minutes(event.time)
        day = local_day(at, offset)
        minute = (at + offset * MINUTE) % DAY // MINUTE
        beats, asked = (0, 1 << minute // 30) if isinstance(event, PromptEvent) else (1 << minute // 60, 0)
        known = by_day.get(day, SignDay(day, 0, 0, at, offset))
        newest = max((known.last, known.offset), (at, offset))
        by_day[day] = SignDay(day, known.beats | beats, known.asked | asked, *newest)
    return tuple(by_day[day] for day in sorted(by_day)) if by_day else days


def reported(entries: Iterable[AnyEntry]) -> set[Day]:
    """The local days on which the patient reported something else than mood. An inventory may send itself."""
    return {
        local_day(known.time, known.offset)
        for known in entries
        if not isinstance(known, MoodEntry | ClinicEntry | PersonEntry)
    }


def alarming(entries: Iterable[AnyEntry]) -> set[Day]:
    """The local days of what raised a safety alert."""
    return {
        local_day(known.time, known.offset)
        for known in entries
        if isinstance(known, SafetyEntry) or (isinstance(known, ScoreEntry | UnscoredEntry) and known.unsafe)
    }


def plus_days(kept: bytes, passed: set[Day], newest: Micros) -> bytes:
    """`kept` with the days that passed, as far back as silence looks; as `day_bits`."""
    first = newest // DAY - SIGNS_KEPT
    return day_bits.pack([day for day in passed.union(day_bits.unpack(kept)) if day > first])


def within_reach(days: tuple[SignDay, ...], newest: Micros) -> tuple[SignDay, ...]:
    """Without the days that silence no longer looks at, and without the hours of those that nothing can be added to."""
    first = newest // DAY - SIGNS_KEPT
    final = newest - HORIZON
    return tuple(day.past() if over_everywhere(day.day) <= final else day for day in days if day.day > first)


def lived(state: State) -> dict[Day, Lived]:
    """Every day on which anything was heard of the patient; other days are `NOTHING`."""
    told = reported(state.others).union(state.told)
    phone = {day.day: day for day in state.signs}
    answers = {day.day: min(day.n, MOST_ANSWERS) for day in state.days}
    return {
        day: Lived(
            answers.get(day, int(day in told)),
            phone[day].asked.bit_count() if day in phone else 0,
            alive=True,
            beats=day in phone and phone[day].beats > 0,
        )
        for day in told.union(phone, answers)
    }


def ends(state: State, most: int = 0) -> Sequence[tuple[Day, int]]:
    """Each day's last known UTC offset, minutes, oldest first: of its last mood report, or of the phone's last sign.

    Args:
        state: the patient's.
        most: only of so many last days with reports and with signs; 0 for all that are kept.
    """
    reported = offsets(state.day_totals, most)
    if not state.signs:
        return reported
    return sorted({**{day.day: day.offset for day in state.signs[-most:]}, **dict(reported)}.items())


def last_report(state: State) -> Micros:
    """When the patient last reported anything; 0 where that lies behind the horizon."""
    newest = moods.newest(state.moods)
    own = (one.time for one in reversed(state.others) if not isinstance(one, ClinicEntry | PersonEntry))
    return max(0 if newest is None else newest.time, next(own, 0))
