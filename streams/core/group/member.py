"""What a patient's state says to each of their groups. Called by the analysis agent, and by `rehearse`."""

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from typing import Final

from msgspec.structs import replace

from schemas.groups import Attendance, MemberSignal, MemberWeek, MoodSums, Span
from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import SessionStatus, Skill
from streams.core.course import course_of
from streams.core.days import DayTotal
from streams.core.detect.reliable import all_scores
from streams.core.entry import ClinicEntry
from streams.core.episode import Course
from streams.core.episode.course import Session
from streams.core.episode.steps import Joined
from streams.core.moments import Day, day_close, day_date, local_day, moment
from streams.core.state import Record, SessionWeek, State, Sums
from streams.core.therapy import present
from streams.core.weeks import AFTER, weeks_over

WEEKS: Final = 26
"""Weeks of mood that a group is told: as far back as mood is kept by day."""
SESSIONS: Final = 200
"""Sessions that a group is told of one member, the newest: weekly ones for four years."""
_COUNTED: Final = frozenset({SessionStatus.HELD.value, SessionStatus.MISSED.value})


def member_signals(patient: str, record: Record) -> tuple[Record, list[MemberSignal]]:
    """What each group of the patient has not been told yet, and the record that remembers it.

    A group that the patient belonged to only by mistake is told so once.
    """
    state = record.state
    if not (record.told or state.course.groups or _joins(state)):
        return record, []
    course = present(state)
    told, signals = dict(record.told), []
    for group in sorted({known.group for known in course.groups} | told.keys()):
        signal = _signal(group, patient, record, course)
        digest = _digest(signal)
        if told.get(group) != digest:
            signals.append(signal)
            told[group] = digest
        if not signal.spans:
            del told[group]
    return (replace(record, told=told) if signals else record), signals


def _joins(state: State) -> bool:
    return any(type(entry) is ClinicEntry and isinstance(entry.step, Joined) for entry in state.others)


def _signal(group: str, patient: str, record: Record, course: Course) -> MemberSignal:
    state = record.state
    spans = sorted((known for known in course.groups if known.group == group), key=lambda known: known.joined)
    days = list(_while_member(state, spans))
    sessions = [
        (session, care.team_on(session.now.on))
        for care in course.episodes.values()
        for session in care.sessions.values()
        if session.now.group == group and session.now.status in _COUNTED and spans
    ]
    sessions.sort(key=lambda told: (told[0].now.on, told[0].now.episode, told[0].now.session))
    weeks, worse = weeks_over(state), _days_of_worse_scores(state)
    return MemberSignal(
        group=group,
        patient=patient,
        revision=(record.heard_at, record.heard_through, state.clock_closed),
        spans=tuple(
            Span(joined_on=day_date(span.joined), left_on=_date(span.left), leaders=span.leaders) for span in spans
        ),
        weeks=tuple(_weeks(days)),
        sessions=tuple(
            _attendance(session, team, weeks.get(session.now.on), worse) for session, team in sessions[-SESSIONS:]
        ),
        last_day=day_date(days[-1].day) if days else None,
        history_until=moment(state.history_until) if state.history_until else None,
    )


def _attendance(session: Session, team: str, week: SessionWeek | None, worse: frozenset[Day]) -> Attendance:
    now = session.now
    row = Attendance(
        session=now.session,
        on=day_date(now.on),
        status=SessionStatus(now.status),
        cohesion=None if now.cohesion is None else now.cohesion / 100,
        skills=tuple(map(Skill, now.skills)),
        care_team=team or None,
    )
    if week is None or row.status is not SessionStatus.HELD:
        return row
    judged = {
        "before": _sums(week.before),
        "after": _sums(week.after),
        "score_worse": not worse.isdisjoint(range(now.on + 1, now.on + AFTER + 1)),
        "judged_at": moment(max(week.over_at(AFTER), session.known), week.offset),
    }
    return row.model_copy(update=judged)


def _days_of_worse_scores(state: State) -> frozenset[Day]:
    """The local days on which a reliable deterioration was first known."""
    scores = all_scores(state)
    courses = (
        course_of([score for score in scores if score.instrument == name], INSTRUMENTS[name])
        for name in {score.instrument for score in scores}
    )
    return frozenset(
        local_day(standing.score.time, standing.score.offset)
        for course in courses
        for standing in course
        if standing.news is not None
    )


def _while_member(state: State, spans: list[Joined]) -> Iterator[DayTotal]:
    """The days with mood reports that are over, and that the patient belonged to the group."""
    for day in state.days:
        over = day_close(day.day, day.offset) <= max(state.newest, state.clock_closed)
        if over and any(span.joined <= day.day and (span.left is None or day.day <= span.left) for span in spans):
            yield day


def _weeks(days: Iterable[DayTotal]) -> list[MemberWeek]:
    sums: dict[Day, tuple[int, int]] = {}
    for day in days:
        monday = day.day - (day.day + 3) % 7  # day 0, 1 January 1970, was a Thursday
        n, total = sums.get(monday, (0, 0))
        sums[monday] = (n + day.n, total + day.total)
    return [MemberWeek(week=day_date(monday), n=n, total=total) for monday, (n, total) in sums.items()][-WEEKS:]


def _sums(sums: Sums | None) -> MoodSums | None:
    return None if sums is None else MoodSums(n=sums[0], total=sums[1], squares=sums[2])


def _date(day: Day | None) -> date | None:
    return None if day is None else day_date(day)


def _digest(signal: MemberSignal) -> bytes:
    return blake2b(signal.model_dump_json(exclude={"revision"}).encode(), digest_size=8).digest()
