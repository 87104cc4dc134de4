"""`patient.views` (compacted): what the console shows of one patient, rewritten when something changed."""

from datetime import date

from pydantic import Field

from schemas.brief_view import Brief
from schemas.episode_view import EpisodeView, GroupView
from schemas.model import Instant, Message
from schemas.review_view import Formulation, Review
from schemas.vocabulary import Contact, DisputeStage, LifeEventKind, Phase


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
    low_before: bool = Field(default=False, description="Shown, and mood was already low before the events.")
    partial: bool = Field(default=False, description="Older events of this cell are counted with the merged ones.")


class MergedLinks(Message):
    """The least used cells of person and kind, counted as one for want of room: they have no card of their own."""

    n: int = Field(description="How many such events.")
    cells: tuple[Cell, ...] = Field(description="Which they are, as far as they are still known by name.")


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


class RingView(Message):
    """Closeness from a local day on."""

    since: date
    ring: int = Field(description="1 innermost to 4.")


class StageView(Message):
    """How far a dispute had come, as it was told; only where it moved."""

    time: Instant
    stage: DisputeStage


class PersonView(Message):
    """Someone in the patient's life, by id; whatever is absent was not said."""

    person: str
    in_inventory: bool = Field(description="False: met, but never entered.")
    removed: bool = Field(description="Taken out of the inventory; what was logged stays.")
    relation: str | None = None
    ring: int | None = None
    rings: tuple[RingView, ...] = ()
    hours_together: float | None = Field(default=None, description="Hours a week.")
    confided_in: bool | None = None
    conflict: bool | None = None
    knows_about_mood: bool | None = None
    change_wanted: bool = Field(default=False, description="Whether any is; what it is stays sealed.")
    stage: DisputeStage | None = None
    stages: tuple[StageView, ...] = ()
    contact: Contact | None = Field(default=None, description="The strictest that stands for this person.")
    violence: bool = Field(default=False, description="Violence was logged: a safe way to contact comes first.")
    also: tuple[str, ...] = Field(default=(), description="Ids that were merged into this one.")


class LifeEventView(Message):
    """Something that changed in the patient's life."""

    told: Instant
    kind: LifeEventKind
    date: date


class SymptomDayView(Message):
    """One local day's counts of eating-disorder behaviour; None where nothing was said of it."""

    day: date
    binge: int | None
    purge: int | None
    restrict: int | None


class SwingsView(Message):
    """How day means of mood moved in a stretch of local days."""

    first: date
    last: date
    days: int = Field(description="Days with reports.")
    variance: float = Field(description="Of the day means, mood points squared.")
    autocorrelation: float | None = Field(description="Of a day with the next; None where mood did not move.")


class WarningSignsView(Message):
    """Early-warning signals: to be shown, never alarmed on."""

    recent: SwingsView
    before: SwingsView


class PatientView(Message):
    """One patient, as far back as the charts go."""

    patient: str
    last_heard: Instant | None
    days: tuple[DayView, ...]
    moods: tuple[MoodView, ...] = Field(description="The open 14 days, report by report.")
    interactions: tuple[InteractionView, ...] = Field(description="The open 14 days.")
    scores: tuple[ScoreView, ...]
    links: tuple[Link, ...]
    merged_links: MergedLinks | None = None
    episodes: tuple[EpisodeView, ...] = Field(default=(), description="Episodes of care, in the order they opened.")
    phase: Phase | None = Field(default=None, description="Of the day the patient was last heard of.")
    groups: tuple[GroupView, ...] = ()
    people: tuple[PersonView, ...] = ()
    life_events: tuple[LifeEventView, ...] = ()
    symptoms: tuple[SymptomDayView, ...] = Field(default=(), description="Days with anything said, some 100 back.")
    brief: Brief | None = Field(default=None, description="For clinicians; None while nothing was heard.")
    formulation: Formulation | None = Field(default=None, description="For clinicians; of the last episode.")
    review: Review | None = Field(default=None, description="For clinicians; of the last episode, so far if it lasts.")
    warning_signs: WarningSignsView | None = Field(default=None, description="None while there is too little to tell.")
