"""With which care team was somebody when an alert was raised about them? Called by `ipt-pulse policy diff`."""

from collections.abc import Mapping
from datetime import timedelta

from schemas.alerts import Finding
from streams.core.episode import Course
from streams.core.moments import Day, date_day
from streams.core.state import State
from streams.core.therapy import present


class Teams:
    """What the episodes of some patients say of their care teams."""

    def __init__(self, states: Mapping[str, State]) -> None:
        courses = ((patient, present(state)) for patient, state in states.items())
        self._courses = {patient: course for patient, course in courses if _named(course)}

    @property
    def named(self) -> set[str]:
        """Every team that is named at all."""
        return set().union(*map(_named, self._courses.values()))

    def of(self, finding: Finding) -> str:
        """The team on the day that was judged; empty for none, or where a group's members have several."""
        if finding.of_group:
            session = date_day(finding.since)
            teams = {team for course in self._courses.values() for team in _at(course, finding.patient, session)}
            return teams.pop() if len(teams) == 1 else ""
        # A day is over at the midnight that begins the next: one instant earlier still belongs to it.
        day = date_day((finding.raised_at - timedelta(microseconds=1)).date())
        course = self._courses.get(finding.patient, Course())
        care = course.care_on(day)
        return care.team_on(day) if care else ""


def _named(course: Course) -> set[str]:
    return {known.team for care in course.episodes.values() for known in care.teams if known.team}


def _at(course: Course, group: str, day: Day) -> set[str]:
    """The team of an episode with a session of `group` on `day`."""
    return {
        team
        for care in course.episodes.values()
        if (team := care.team_on(day))
        and any(session.now.group == group and session.now.on == day for session in care.sessions.values())
    }
