"""Does a patient plainly keep answering? Then no silence has to be looked for, as is so on nearly every day.

Called by the rule `silence`. It looks at mood reports alone, and leaves everything that is not plain to `quiet`.
"""

from typing import Any

from numpy.typing import NDArray

from streams.core import days
from streams.core.compiled import compiled
from streams.core.detect.quiet import HABIT, HABIT_LEAST, RECENT
from streams.core.moments import DAY, Day
from streams.core.policy import Policy
from streams.core.signs import MOST_ANSWERS
from streams.core.state import State


def keeps_answering(state: State, sure: Day, over: Day, policy: Policy) -> bool:
    """Whether each day after `sure` up to `over` has a mood report, and the days before them too many for a drop-off.

    Args:
        state: the patient's.
        sure: the last local day that is judged already.
        over: the last local day that is over.
        policy: for its share of the usual answers that is left where they drop off, the largest there is for anybody.
    """
    if state.silences or state.history_until // DAY > over - RECENT - HABIT:
        return False
    to_judge = days.rows(state.day_totals, sure + 1, over)
    if len(to_judge) != over - sure:
        return False
    known = days.columns(state.day_totals)
    drop = largest_drop(policy)
    return all(too_many(known, row, drop) for row in to_judge)


def largest_drop(policy: Policy) -> float:
    """The share of the usual answers that is left where they drop off, the largest there is for anybody."""
    return max([policy.silence.drop, *(one.silence.drop for one in policy.overrides if one.silence)])


@compiled
def too_many(known: NDArray[Any], row: int, drop: float) -> bool:
    """Whether the answers of the last days, up to that row, are too many for a drop-off, whatever else is known."""
    day = known[row].day
    recent = usual = answered = 0
    while row >= 0 and known[row].day > day - RECENT:
        recent += min(known[row].n, MOST_ANSWERS)
        row -= 1
    while row >= 0 and known[row].day > day - RECENT - HABIT:
        usual += min(known[row].n, MOST_ANSWERS)
        answered += 1
        row -= 1
    # Days without a mood report may hold another answer; phones that are off make fewer days comparable, never those.
    most_usual, fewest_days = usual + HABIT - answered, max(answered, HABIT_LEAST)
    return recent * fewest_days > drop * most_usual * RECENT
