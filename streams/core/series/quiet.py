"""Which local days ended in unusual silence. Called by the analysis agent with each view.

Days that are not silent are told too, so that a late report which takes a silence back overwrites it.
"""

from typing import Final

from streams.core.line import line
from streams.core.moments import day_date
from streams.core.series.stamp import noon
from streams.core.state import State

DAYS: Final = 15
"""The newest days that are told with each view: further back nothing changes."""


def quiet_points(patient: str, state: State) -> list[str]:
    """A line for each of the newest days that silence was judged on."""
    if not state.silence_judged:
        return []
    kinds = {silence.day: silence.kind for silence in state.silences}
    judged = range(state.silence_judged - DAYS + 1, state.silence_judged + 1)
    return [
        line(
            "silence",
            {"patient": patient},
            {"silent": int(day in kinds), "kind": kinds.get(day, "")},
            noon(day_date(day)),
        )
        for day in judged
    ]
