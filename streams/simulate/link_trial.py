"""Patients whose mood moves with known events, and with events that only follow from it: the question for links.

Each has eight cells of person and kind: one lowers the mood by 1.8 points, one lifts it by 1.0, six do nothing. All of
them follow the mood as strongly as real ones do (reverse causation), two of them as in the people who are moved most.
Called by `ipt-pulse evaluate links`.
"""

from dataclasses import dataclass

import numpy as np

from streams.simulate.mood import (
    ANSWERED,
    MOOD_SD,
    PROMPT_HOURS,
    SCENARIOS,
    Floats,
    Scenario,
    answer,
    swings,
    usual_mood,
)

DAYS = 84
EVENTS = 18
"""Events of each of the two cells that do something."""
LOWERS, LIFTS = -1.8, 1.0
"""Mood points right after the event, fading to 1/e in 6 hours."""
UNPLEASANT = ("avoidance", "conflict", "criticism", "rejection")
PLEASANT = ("closeness", "conversation", "reconciliation", "support")
PATTERNS = ("assumed_understood", "indirect_verbal", "silence")
_PERSONS = ("person-1", "person-2", "person-3", "person-4")
_ANSWER_H = 0.5
"""A prompt is answered within half an hour."""
_PATTERN_SEEN = 0.6
"""Share of a cell's events in which the patient sees its pattern."""
_FADE_H = 6.0
_DAY_H = 24.0
PULL, PULL_SPREAD = 0.36, 0.14
"""Reverse causation: an unpleasant event is e^0.36 times as likely after a prompt one standard deviation lower, a
pleasant one as much less; patients' cells spread by 0.14. Measured on real reports (docs/links.md): 0.30 and 0.12 for
moods as they were reported, which the noise in them weakens by the root of their reliability, about .7."""
STRONGEST_PULL = PULL + 1.96 * PULL_SPREAD
"""That of cells 1 and 2, which do nothing: what one patient in forty shows."""


@dataclass(frozen=True, slots=True)
class TrialEvent:
    """One interaction: hours since the first midnight, and which of the cells it belongs to."""

    hour: float
    cell: int
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialPatient:
    """One patient, with the truth."""

    cells: tuple[tuple[str, str], ...]
    """Person and kind."""
    effects: tuple[float, ...]
    """What each cell truly does, in mood points right after the event."""
    reports: tuple[tuple[float, int], ...]
    """Hours since the first midnight, and the mood 0-10."""
    events: tuple[TrialEvent, ...]


def trial_patient(
    seed: int, number: int, *, scenario: Scenario = SCENARIOS["S4"], pull: float = 1.0, shuffled: bool = False
) -> TrialPatient:
    """Patient `number` of the trial `seed`.

    Args:
        seed: of the trial; the same seed and number give the same patient.
        number: which one.
        scenario: how moods swing.
        pull: how often as strong the reverse causation is as was measured.
        shuffled: their events are moved to other days, so that nothing is left to find.
    """
    rng = np.random.default_rng([seed, number])
    cells = _cells(rng)
    effects = (LOWERS, 0.0, 0.0, 0.0, LIFTS, 0.0, 0.0, 0.0)
    deviation = swings(rng, DAYS, scenario)
    patterns, pulls = _patterns(rng, len(cells)), pull * _pulls(rng, len(cells))
    hours = _prompt_hours() + rng.uniform(0.0, _ANSWER_H, deviation.shape)
    events: list[TrialEvent] = []
    for moves in (True, False):
        # What does something comes first: the mood that the other events follow is the mood that these have moved.
        felt = deviation + _moved(hours, events, effects) / MOOD_SD
        cells_drawn = [cell for cell, effect in enumerate(effects) if bool(effect) is moves]
        events += [event for cell in cells_drawn for event in _events(rng, cell, patterns[cell], pulls[cell] * felt)]
    moods = usual_mood(rng) + MOOD_SD * deviation + _moved(hours, events, effects)
    answered = rng.random(moods.shape) < ANSWERED
    reports = tuple(zip(hours[answered].tolist(), answer(moods)[answered].astype(int).tolist(), strict=True))
    if shuffled:
        events = _shuffle(rng, events)
    return TrialPatient(cells, effects, reports, tuple(sorted(events, key=lambda event: event.hour)))


def _cells(rng: np.random.Generator) -> tuple[tuple[str, str], ...]:
    """Four unpleasant cells, then four pleasant ones, each kind with one person, in an order of the patient's own."""
    kinds = [*rng.permutation(UNPLEASANT), *rng.permutation(PLEASANT)]
    return tuple((str(rng.choice(_PERSONS)), str(kind)) for kind in kinds)


def _patterns(rng: np.random.Generator, cells: int) -> list[tuple[str, ...]]:
    """Three of the cells have a communication pattern of their own."""
    patterns: list[tuple[str, ...]] = [()] * cells
    for cell, pattern in zip(rng.choice(cells, len(PATTERNS), replace=False), PATTERNS, strict=True):
        patterns[int(cell)] = (pattern,)
    return patterns


def _pulls(rng: np.random.Generator, cells: int) -> Floats:
    """How much likelier each cell's events become with a mood one standard deviation higher, as a log; (cells,)."""
    signs = np.repeat([-1.0, 1.0], cells // 2)
    pulls: Floats = signs * rng.normal(PULL, PULL_SPREAD, cells)
    pulls[[1, 2]] = -STRONGEST_PULL
    return pulls


def _events(rng: np.random.Generator, cell: int, pattern: tuple[str, ...], likely: Floats) -> list[TrialEvent]:
    """One cell's events, each between two prompts of a day, in proportion to e^`likely` at the first of them."""
    number = EVENTS if cell in {0, 4} else int(rng.integers(6, 25))
    chance = np.exp(likely[:, :-1]).ravel()
    prompts = rng.choice(chance.size, number, replace=False, p=chance / chance.sum())
    hours = _prompt_hours()[:, :-1].ravel()[prompts] + np.diff(PROMPT_HOURS)[0] * rng.random(number)
    seen = rng.random(number) < _PATTERN_SEEN
    return [TrialEvent(float(hour), cell, pattern if one else ()) for hour, one in zip(hours, seen, strict=True)]


def _moved(hours: Floats, events: list[TrialEvent], effects: tuple[float, ...]) -> Floats:
    """How much the events have moved the mood at each of `hours`; of the same shape."""
    moved = np.zeros(hours.shape)
    for event in events:
        after = hours - event.hour
        moved += np.where(after >= 0, effects[event.cell] * np.exp(-np.maximum(after, 0) / _FADE_H), 0.0)
    return moved


def _shuffle(rng: np.random.Generator, events: list[TrialEvent]) -> list[TrialEvent]:
    """All of a day's events move to another day together, at their own time of day."""
    days = rng.permutation(DAYS)
    return [
        TrialEvent(float(days[int(event.hour // _DAY_H)] * _DAY_H + event.hour % _DAY_H), event.cell, event.patterns)
        for event in events
    ]


def _prompt_hours() -> Floats:
    hours: Floats = np.add.outer(np.arange(DAYS) * _DAY_H, PROMPT_HOURS)
    return hours
