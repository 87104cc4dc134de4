"""The pre-session brief, in `patient.views`: what a therapist reads before the patient comes in.

For clinicians alone. Violence is in `guarded` and nowhere else, so that all the rest can be printed and lie on a table.
"""

from datetime import date
from typing import Literal

from pydantic import Field, JsonValue

from schemas.alerts import Severity
from schemas.model import Instant, Message, Slug
from schemas.vocabulary import Phase, ProblemArea


class DayMood(Message):
    """One local day's mood, points."""

    day: date
    n: int
    mean: float


class UsualMood(Message):
    """The patient's usual: the middle 80 % of day means before the days of the brief, points."""

    low: float
    middle: float
    high: float
    days: int


class MoodChange(Message):
    """How far mood lies from the mean of the reports before, points; positive is better."""

    change: float
    low: float = Field(description="Lower end of the 95 % interval, which allows for mood's slow swings.")
    high: float


class Logged(Message):
    """An interaction; the person by id, since labels stay sealed."""

    time: Instant
    person: str
    kind: str
    valence: int
    patterns: tuple[str, ...] = ()
    strategy: str | None = Field(default=None, description="What was tried in it.")
    helped: float | None = Field(default=None, description="How much that helped, 0-10.")


class NotableDay(Message):
    """The best or the worst day, and what was logged on it and the evening before."""

    day: DayMood
    n: int = Field(description="Interactions logged then.")
    felt: float | None = Field(description="Mean of how they felt, -3 to 3.")
    logged: tuple[Logged, ...] = Field(description="In the order of time; of many the strongest.")


class WeekView(Message):
    """Mood on the days of the brief."""

    days: tuple[DayMood, ...]
    missing: tuple[date, ...] = Field(description="Days without a report, which says nothing about mood.")
    n: int = Field(description="Reports.")
    mean: float | None = Field(description="Mean of the reports; None without any.")
    usual: UsualMood | None = Field(description="None while there are too few days before.")
    change: MoodChange | None = Field(description="None where there is no usual, or no report.")
    best: NotableDay | None = Field(description="Of the days before the last; None where they hardly differ.")
    worst: NotableDay | None


class ScoreNow(Message):
    """An instrument's newest total, if it came on the days of the brief."""

    instrument: str
    on: date
    total: float
    band: str
    imputed: bool
    before: float | None = Field(description="The total before this one.")
    beyond_error: bool = Field(description="The difference is at least the instrument's reliable change.")


class LinkNote(Message):
    """Something that mood is associated with: points over the 6 hours after it, as the links say."""

    person: str | None = None
    kind: str | None = None
    pattern: str | None = None
    n: int
    effect: float
    low: float = Field(description="Lower end of the 95 % interval.")
    high: float
    low_before: bool = Field(default=False, description="Mood was already low before the events.")
    partial: bool = Field(default=False, description="Older ones are counted elsewhere, for want of room.")


class PatternSeen(Message):
    """A communication pattern, how often it was seen and with whom."""

    pattern: str
    n: int
    people: tuple[str, ...]


class StrategyTried(Message):
    """A strategy and one person it was tried with."""

    strategy: str
    person: str
    times: int
    rated: int = Field(description="How often it was said how much it helped.")
    helped: float | None = Field(description="Mean of that, 0-10.")


class GoalNow(Message):
    """A goal, how far it is reached, and whether it was met or dropped."""

    goal: str
    problem_area: ProblemArea | None
    set_on: date
    first: float | None = Field(description="First rating, 0-10.")
    last: float | None
    rated_on: date | None = Field(description="Day of the last rating.")
    met_on: date | None = None
    dropped_on: date | None = None


class Near(Message):
    """A day that matters: a life event, or the day a loss comes round."""

    on: date
    kind: str = Field(description="The life event's kind, or `loss` where an interaction told of it.")
    years: int | None = Field(default=None, description="How many, for an anniversary.")
    person: str | None = None


class Noted(Message):
    """Something a rule found; what is of severity `info` is told here and nowhere else."""

    rule: Slug
    severity: Severity
    since: date
    evidence: dict[str, JsonValue]


class SafetyNote(Message):
    """The safety item was answered with 1 or more, or the patient pressed a button. None is no reassurance."""

    time: Instant
    what: Literal["safety_item", "wants_contact", "crisis"]
    instrument: str | None = None


class OpenQuestion(Message):
    """Something worth asking: what it is, about whom or what, since when and how many."""

    what: Literal[
        "questionnaire_unfinished",
        "items_left_out",
        "questionnaire_due",
        "no_questionnaire",
        "person_unknown",
        "goal_unrated",
        "strategy_untried",
        "session_unaccounted",
        "no_problem_area",
        "no_goal",
    ]
    about: str | None = None
    on: date | None = None
    items: tuple[str, ...] = Field(default=(), description="Keys of items left out.")
    n: int | None = None


class Guarded(Message):
    """Violence that was logged: for the clinician's eyes, never printed, and a safe way to contact comes first."""

    people: tuple[str, ...]
    logged: tuple[Logged, ...] = Field(description="Of the days of the brief.")


class Brief(Message):
    """The days from the last session on, at least seven and at most fourteen, up to the day last heard of."""

    first: date
    last: date
    episode: str | None
    phase: Phase | None
    last_session: date | None = Field(description="The last one held before the day last heard of.")
    next_session: int | None = Field(description="The number of the session to come; None outside of an episode.")
    planned_sessions: int | None
    safety: tuple[SafetyNote, ...]
    guarded: Guarded | None
    week: WeekView
    scores: tuple[ScoreNow, ...]
    noted: tuple[Noted, ...]
    links: tuple[LinkNote, ...] = Field(description="The largest of those that may be shown.")
    links_more: int = Field(description="How many more may be shown.")
    links_unclear: int = Field(description="Of how many there is not enough yet to tell.")
    patterns: tuple[PatternSeen, ...]
    tried: tuple[StrategyTried, ...] = Field(description="On the days of the brief.")
    tried_so_far: tuple[StrategyTried, ...] = Field(description="The same pairs, since they were first tried.")
    goals: tuple[GoalNow, ...]
    near: tuple[Near, ...]
    questions: tuple[OpenQuestion, ...]
