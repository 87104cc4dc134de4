"""Made-up members of a group, as signals and as events."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from schemas.events import AnyEvent
from schemas.groups import Attendance, MemberSignal, MemberWeek, MoodSums, Span
from schemas.vocabulary import SessionStatus, Skill
from tests.core.builders import check_in, date_of, event, raw

GROUP = "g-1"
SESSION = date(2026, 7, 15)
OVER = datetime(2026, 7, 22, tzinfo=UTC)
MONDAY = date(2026, 7, 13)


def sums(n: int, mean: float) -> MoodSums:
    """Reports half of which lie a point above, half a point below their mean."""
    total = round(n * mean * 100)
    return MoodSums(n=n, total=total, squares=round(n * (mean * 100) ** 2 + n * 10_000))


def attended(mood: float | None = 7, *, on: date = SESSION, **fields: object) -> Attendance:
    """A session after which it was `mood`, 7 before it; None: nothing was reported in the days after."""
    usual: dict[str, object] = {
        "session": f"s-{on}",
        "on": on,
        "status": SessionStatus.HELD,
        "cohesion": 6.0,
        "skills": (Skill.ROLE_PLAY,),
        "before": sums(60, 7),
        "after": MoodSums(n=0, total=0, squares=0) if mood is None else sums(14, mood),
        "judged_at": datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(days=7),
    }
    return Attendance(**usual | fields)


def member(patient: str, *sessions: Attendance, revision: int = 0, **fields: object) -> MemberSignal:
    """A member since June, with two weeks of mood."""
    usual: dict[str, object] = {
        "group": GROUP,
        "patient": patient,
        "revision": (revision, 0, 0),
        "spans": (Span(joined_on=date(2026, 6, 1), left_on=None),),
        "weeks": tuple(MemberWeek(week=MONDAY + timedelta(days=7 * at), n=10, total=7_000) for at in range(2)),
        "sessions": sessions,
        "last_day": date(2026, 7, 26),
        "history_until": None,
    }
    return MemberSignal(**usual | fields)


def members(*after: float | None) -> list[MemberSignal]:
    """As many members as `after` has moods for the week after the session."""
    return [member(f"p-{at}", attended(mood)) for at, mood in enumerate(after)]


def told(kind: str, patient: str, day: float, **data: object) -> AnyEvent:
    """An event of the clinic's about a member."""
    names = {} if kind == "membership" else {"episode_id": "ep"}
    return event(raw(f"{kind}.v1", day, names | data, subject=patient, id=f"{kind}-{day}-{sorted(data.items())}"[:250]))


def joins(patient: str, day: float = 0.1, *, group: str = GROUP, on: int = 0, left: int | None = None) -> AnyEvent:
    leaves = {} if left is None else {"left_on": date_of(left)}
    return told("membership", patient, day, group_id=group, joined_on=date_of(on), **leaves)


def meets(patient: str, day: int, *, status: str = "held", group: str = GROUP, **data: object) -> AnyEvent:
    """A session on `day`, noted that evening."""
    fields = {"session_id": f"s-{day}", "status": status, "on": date_of(day), "group_id": group}
    return told("session", patient, day + 0.8, **fields | data)


def opens(patient: str, day: float = 0, *, team: str | None = None) -> AnyEvent:
    agreed = {"modality": "group", "focus": "depression", "arm": "ipt", "opened_on": date_of(0), "care_team": team}
    return told("episode", patient, day, **agreed)


def moods(patient: str, days: Iterable[int], mood: float, *, offset: int = 0) -> list[AnyEvent]:
    """Three reports a day, a point apart from each other."""
    return [
        check_in(day + slot, mood + at - 1, subject=patient, offset=offset)
        for day in days
        for at, slot in enumerate((0.4, 0.6, 0.8))
    ]


def life(patient: str, *, worse: bool, session: int = 40, last: int = 60, offset: int = 0) -> list[AnyEvent]:
    """A member of the group who is well but, if `worse`, for the six days after the session."""
    low = range(session + 1, session + 7) if worse else range(0)
    well = [day for day in range(last) if day not in low]
    events = [opens(patient), joins(patient), meets(patient, session)]
    events += moods(patient, well, 7, offset=offset) + moods(patient, low, 3, offset=offset)
    return sorted(events, key=lambda event: (event.time, event.mark()))
