"""The episode of care: what was agreed, phases, goals, strategies and sessions, whatever order their events arrive in.

Called by `fold` (what passed the horizon), by `present` on reading, by the detectors and by the view.
"""

from streams.core.episode.advance import Refused, advance
from streams.core.episode.course import Care, Course
from streams.core.episode.phases import PhaseSpan, phase_on, spans
from streams.core.episode.show import show_episodes, show_groups
from streams.core.episode.steps import AnyStep, Happening, Tried, clinic_step, hundredths

__all__ = [
    "AnyStep",
    "Care",
    "Course",
    "Happening",
    "PhaseSpan",
    "Refused",
    "Tried",
    "advance",
    "clinic_step",
    "hundredths",
    "phase_on",
    "show_episodes",
    "show_groups",
    "spans",
]
