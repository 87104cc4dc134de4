"""`patient.views` (compacted): what the console shows of one patient, rewritten when something changed."""

from datetime import date

from pydantic import Field

from schemas.episode_view import EpisodeView, GroupView
from schemas.model import Instant, Message
from schemas.vocabulary import Phase


class Cell(Message):
    """What a link is about: a person and a kind, a kind alone, or a communication pattern."""

    person: str | None = None
    kind: str | None = None
    pattern: str | None = None


class Link(Message):
    """How mood moved with one kind of event: an association, in mood points (0-10), over the 6 hours after it."""

    patient: str
    cell: Cell
    n: int = Field(description="How many such events.")
    peak: float = Field(description="The whole change right after the event.")
    effect: float = Field(description="Its mean over the 6 hours after.")
    low: float = Field(description="Lower end of the 95 % interval of `effect`.")
    high: float
    shown: bool = Field(description="Enough events, large enough, and let through by false-discovery control.")


class DayView(Message):
    """One local day's mood."""

    day: date
    n: int
    mean: float


class MoodView(Message):
    """One check-in."""

    time: Instant
    mood: float


class InteractionView(Message):
    """One interaction; the person by id, since labels stay sealed."""

    time: Instant
    person: str
    kind: str
    valence: int


class ScoreView(Message):
    """One questionnaire's total."""

    time: Instant
    instrument: str
    total: float
    band: str
    imputed: bool = Field(description="Missing items were filled in with the mean of the others.")


class PatientView(Message):
    """One patient, as far back as the charts go."""

    patient: str
    last_heard: Instant | None
    days: tuple[DayView, ...]
    moods: tuple[MoodView, ...] = Field(description="The open 14 days, report by report.")
    interactions: tuple[InteractionView, ...] = Field(description="The open 14 days.")
    scores: tuple[ScoreView, ...]
    links: tuple[Link, ...]
    episodes: tuple[EpisodeView, ...] = Field(default=(), description="Episodes of care, in the order they opened.")
    phase: Phase | None = Field(default=None, description="Of the day the patient was last heard of.")
    groups: tuple[GroupView, ...] = ()
