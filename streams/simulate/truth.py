"""What was planted in a made-up patient, to hold findings against. docs/simulation.md tells of every field."""

from dataclasses import dataclass
from datetime import date, datetime

import orjson

from streams.simulate.symptoms import Eating


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
    rises: date | None
    """From this local day on there are four times as many."""


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the inventory, and their closeness over time: from which local day on which ring."""

    person: str
    relation: str
    rings: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A role dispute, and from which local day on it stands at which stage; told by the next quarrel that names it."""

    person: str
    stages: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class LifeEvent:
    """Something that changed in the patient's life; it may lie before the first day, and be told on it."""

    kind: str
    on: date
    told: date


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
class Improvement:
    """The usual mood rises evenly over six weeks, by `points` in the end."""

    since: date
    points: float


@dataclass(frozen=True, slots=True)
class Setback:
    """After a rupture in the group the usual mood is lower for a week."""

    since: date
    until: date
    points: float


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing, or ever less, is heard: `offline`, `unanswered` or `dropping_off`."""

    kind: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Item9:
    """An answer of 1 or more to PHQ-9's item 9."""

    event: str
    time: datetime
    answer: int


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy, and how much it truly helps, 0-10."""

    strategy: str
    helps: float


@dataclass(frozen=True, slots=True)
class Care:
    """One episode of care, as far as it has come."""

    episode: str
    modality: str
    focus: str
    arm: str
    care_team: str | None
    planned: int
    areas: tuple[str, ...]
    phases: dict[str, date]
    held: int
    missed: int
    moved: int
    strategies: tuple[Strategy, ...]
    closed: date | None
    outcome: str | None
    group: str | None


@dataclass(frozen=True, slots=True)
class Truth:
    """Everything planted in one patient."""

    patient: str
    scenario: str
    usual_mood: float
    zone: str
    offsets: tuple[float, ...]
    """UTC offsets in hours: at home, where clocks may have changed, and on a journey."""
    journey: tuple[date, date] | None
    care: Care
    people: tuple[Someone, ...]
    ties: tuple[Tie, ...]
    dispute: Dispute | None
    life: tuple[LifeEvent, ...]
    drift: date | None
    """From this local day on most of what happens belongs to problem areas that were not agreed."""
    deterioration: Deterioration | None
    improvement: Improvement | None
    setback: Setback | None
    eating: Eating | None
    silence: Silence | None
    violence: tuple[str, ...]
    """Events of it."""
    item9: tuple[Item9, ...]
    buttons: tuple[str, ...]
    """Events of the crisis and contact buttons."""
    instruments: tuple[str, ...]
    events: int

    @property
    def stable(self) -> bool:
        """Whether the usual mood stays where it is; whatever calls it worse is a false alarm."""
        return self.deterioration is None and self.improvement is None and self.setback is None

    def to_json(self) -> bytes:
        """One line."""
        return orjson.dumps(self)
