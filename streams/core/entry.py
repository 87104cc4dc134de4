"""An event of the open days, as the state keeps it: made by `entries`, kept one by one until it passes the horizon."""

from typing import Self

import msgspec
from msgspec.structs import replace

from streams.core.episode import AnyStep
from streams.core.moments import Day, Micros


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True, tag=0):
    """An event of the open days: when, whose it is, and what tells its content from another's."""

    time: Micros
    mark: bytes
    fingerprint: bytes
    offset: int
    """UTC offset of the report, minutes."""

    def past(self) -> Self:
        """What is kept of it behind the horizon, where no copy can arrive any more that it would have to be told from.

        Lists of these are in (time, mark) order, and whatever goes through them keeps it: it cannot be found again.
        """
        return replace(self, mark=b"", fingerprint=b"")


class MoodEntry(Entry, frozen=True, array_like=True, gc=False, tag=1):
    """A check-in; mood in hundredths of a point (0-1000)."""

    mood: int


class InteractionEntry(Entry, frozen=True, array_like=True, gc=False, tag=2):
    """An interaction with a person."""

    person: str
    kind: str
    valence: int
    patterns: tuple[str, ...]
    stage: str = ""
    """How far the dispute with this person has come, if it says so."""
    event_id: str = ""
    """Kept where a relationship finding may name it."""


class ScoreEntry(Entry, frozen=True, array_like=True, gc=False, tag=3):
    """A questionnaire; `total` in hundredths of a point. Its event id is kept while a finding may name it."""

    instrument: str
    total: int
    imputed: int
    event_id: str
    unsafe: bool = False
    """It raised a safety alert: the safety item was answered with 1 or more."""


class SafetyEntry(Entry, frozen=True, array_like=True, gc=False, tag=30):
    """A button that the patient pressed."""

    kind: str


class UnscoredEntry(Entry, frozen=True, array_like=True, gc=False, tag=31):
    """A questionnaire with more items left out than a total allows."""

    instrument: str
    missing: tuple[str, ...]
    """Keys of the items left out."""
    unsafe: bool


class TherapyEntry(InteractionEntry, frozen=True, array_like=True, gc=False, tag=20):
    """An interaction that bears on the therapy: a problem area it belongs to, a strategy that was tried in it."""

    area: str = ""
    strategy: str = ""
    helped: int | None = None
    """Hundredths, 0-1000."""


class ClinicEntry(Entry, frozen=True, array_like=True, gc=False, tag=21):
    """A step of care, with the name of its event for the case that it has to be set aside."""

    step: AnyStep
    event_type: str
    source: str
    event_id: str


class SymptomEntry(MoodEntry, frozen=True, array_like=True, gc=False, tag=10):
    """A check-in that also counts eating-disorder behaviour; None where it says nothing, which is not 0."""

    counts: tuple[int | None, int | None, int | None]
    """In the order of SYMPTOMS."""
    event_id: str


class PersonEntry(Entry, frozen=True, array_like=True, gc=False, tag=11):
    """An entry of the interpersonal inventory, without anything that is sealed."""

    person: str
    relation: str | None
    ring: int | None
    hours_together: float | None
    confided_in: bool | None
    conflict: bool | None
    knows_about_mood: bool | None
    wants_change: bool
    stage: str
    """The dispute's, empty where it says nothing."""
    contact: str | None
    """A `Contact`; empty where a "never" is taken back, None where it says nothing."""
    merged_into: str | None
    removed: bool
    event_id: str


class LifeEntry(Entry, frozen=True, array_like=True, gc=False, tag=12):
    """Something that changed in the patient's life. Kept for good, its event id while a finding may name it."""

    kind: str
    date: Day
    """The local day it happened, which may lie far back."""
    event_id: str


AnyEntry = (
    Entry
    | MoodEntry
    | InteractionEntry
    | ScoreEntry
    | SymptomEntry
    | PersonEntry
    | LifeEntry
    | TherapyEntry
    | ClinicEntry
    | SafetyEntry
    | UnscoredEntry
)
