"""What was planted in a made-up patient, to hold findings against."""

from dataclasses import dataclass
from datetime import date, datetime

import orjson


@dataclass(frozen=True, slots=True)
class Tie:
    """One kind of event with one person, and what it truly does to the mood."""

    person: str
    kind: str
    patterns: tuple[str, ...]
    """Communication patterns that half of these events carry."""
    peak: float
    """Mood points right after the event, fading to 1/e in 6 hours; 0: nothing."""
    a_day: float
    """How many such events there are a day, on average."""
    follows_low: bool
    """It happens mostly when the mood is already low, and does nothing by itself."""


@dataclass(frozen=True, slots=True)
class Deterioration:
    """The usual mood falls, and stays down."""

    shape: str
    """`step`: from one day to the next. `ramp`: evenly over ten days."""
    since: date
    """The first local day on which it is lower."""
    points: float
    """By how much in the end, in mood points; above 0."""


@dataclass(frozen=True, slots=True)
class Item9:
    """An answer of 1 or more to PHQ-9's item 9."""

    event: str
    time: datetime
    answer: int


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything planted in one patient."""

    patient: str
    scenario: str
    usual_mood: float
    ties: tuple[Tie, ...]
    deterioration: Deterioration | None
    item9: tuple[Item9, ...]
    instruments: tuple[str, ...]
    offsets: tuple[float, ...]
    """UTC offsets in hours, at home and, if there was a journey, away."""
    events: int

    def to_json(self) -> bytes:
        """One line."""
        return orjson.dumps(self)
