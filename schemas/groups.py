"""What concerns a therapy group: `group.signals` from analysis, and `group.views` (compacted) for the console.

Numbers and closed lists alone; no note, no answer, no event id.
"""

from datetime import date

from pydantic import Field

from schemas.model import Instant, Message, Slug, TeamId
from schemas.vocabulary import SessionStatus, Skill


class MoodSums(Message):
    """The mood reports of some days: how many, the sum of moods in hundredths of a point, and of their squares."""

    n: int
    total: int
    squares: int

    @property
    def mean(self) -> float:
        """Mean mood in points; there must be a report."""
        return self.total / self.n / 100


class Span(Message):
    """Membership from a day to a day, both counted; open while it lasts."""

    joined_on: date
    left_on: date | None
    leaders: tuple[Slug, ...] = Field(default=(), description="Who led the group then, as far as this member goes.")

    def covers(self, day: date) -> bool:
        """Whether `day` belongs to it."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


class MemberWeek(Message):
    """A member's mood from a Monday to a Sunday, of the days that are over and that they belonged to the group."""

    week: date = Field(description="Its Monday.")
    n: int
    total: int = Field(description="Sum of moods, in hundredths of a point.")


class Attendance(Message):
    """One session of the group, as it was for this member."""

    session: Slug
    on: date
    status: SessionStatus = Field(description="`held` or `missed`.")
    cohesion: float | None
    skills: tuple[Skill, ...]
    care_team: TeamId | None = Field(default=None, description="The member's, on that day.")
    before: MoodSums | None = Field(
        default=None, description="The days up to the session; none until the week after it is over."
    )
    after: MoodSums | None = Field(default=None, description="The days after it.")
    score_worse: bool = Field(
        default=False, description="A questionnaire first showed a reliable deterioration in those days."
    )
    judged_at: Instant | None = Field(
        default=None, description="When those days were over and the session was known; none till then."
    )


class MemberSignal(Message):
    """`group.signals`: all that a group needs to know of one member; the one of the highest `revision` stands."""

    group: Slug
    patient: Slug
    revision: tuple[int, int, int] = Field(
        description="Grows with what analysis has heard of the patient: the broker's time (µs) and the offset of the "
        "newest event, and the last local day that the clock has closed."
    )
    spans: tuple[Span, ...] = Field(description="Empty: the patient is, after all, no member.")
    weeks: tuple[MemberWeek, ...]
    sessions: tuple[Attendance, ...] = Field(description="Held or missed, in the order of their days.")
    last_day: date | None = Field(description="The last local day among those of `weeks`.")
    history_until: Instant | None = Field(description="Up to here events were imported: nobody is paged for that.")


class WeekView(Message):
    """A week of the whole group: the mean of the members' means, 0-10, and of how many."""

    week: date
    members: int
    mean: float


class GroupSessionView(Message):
    """One session of the group; whatever too few members stand behind is absent for all but the leader."""

    on: date
    held: int = Field(description="Members who were there.")
    missed: int
    cohesion: float | None = Field(description="Mean of what members say, 0-10.")
    rated: int | None = Field(description="By how many.")
    skills: dict[Skill, int] | None = Field(description="How many members practised it.")
    judged: int | None = Field(description="Members of whom it can be told whether they worsened in the week after.")
    worse: int | None = Field(description="Members who did.")


class MemberWeekView(Message):
    """A member's week, and how far it lies above the mean of the others (points)."""

    week: date
    n: int
    mean: float
    against: float | None = Field(description="Absent while nobody else reports.")


class MemberView(Message):
    """One member, for the leader's eyes."""

    patient: str
    spans: tuple[Span, ...]
    held: int
    missed: int
    weeks: tuple[MemberWeekView, ...]
    cohesion: tuple[float, ...] = Field(description="In the order of the sessions.")
    skills: dict[Skill, int] = Field(description="How often each was practised.")


class GroupView(Message):
    """`group.views`: one group. `members` is for its leader alone: read it through `streams.core.group.for_reader`."""

    group: str
    weeks: tuple[WeekView, ...]
    sessions: tuple[GroupSessionView, ...]
    members: tuple[MemberView, ...]
