"""Where phases begin: as the clinic says, or by the sessions held."""

import pytest

from schemas.events import AnyEvent
from schemas.vocabulary import Phase
from streams.core.episode import Course, phase_on, spans
from streams.core.fold import take_in
from streams.core.moments import date_day, micros
from streams.core.policy import PhasePolicy
from streams.core.state import State
from streams.core.therapy import present
from tests.core.builders import START, clinic, opened

DAY_0 = date_day(START.date())
POLICY = PhasePolicy()


def weekly(sessions: int, **data: object) -> list[AnyEvent]:
    """Sessions held on days 0, 7, 14 …"""
    return [
        clinic("session", 7 * week + 0.5, session_id=f"se-{week}", status="held", on=7 * week, **data)
        for week in range(sessions)
    ]


def course(*events: AnyEvent) -> Course:
    return present(take_in(State(), sorted(events, key=lambda event: event.time))[0])


def starts(*events: AnyEvent, policy: PhasePolicy = POLICY) -> list[tuple[str, int, int | None]]:
    known = course(*events).episodes["ep"]
    return [
        (span.phase.value, span.first - DAY_0, None if span.last is None else span.last - DAY_0)
        for span in spans(known, policy)
    ]


@pytest.mark.parametrize(("initial", "first"), [(1, 7), (3, 21), (4, 28)])
def test_the_middle_phase_begins_with_the_session_after_the_initial_ones(initial: int, first: int) -> None:
    events = [opened(0), *weekly(6)]
    expected = [("initial", 0, first - 1), ("middle", first, None)]
    assert starts(*events, policy=PhasePolicy(initial_sessions=initial)) == expected
    assert starts(opened(0, initial_sessions=initial), *weekly(6)) == expected


@pytest.mark.parametrize(("termination", "first"), [(2, 14 * 7), (3, 13 * 7), (4, 12 * 7)])
def test_termination_begins_with_the_first_of_the_last_sessions_of_the_dose(termination: int, first: int) -> None:
    events = [opened(0), *weekly(16)]
    assert starts(*events, policy=PhasePolicy(termination_sessions=termination))[-1] == ("termination", first, None)
    assert starts(opened(0, termination_sessions=termination), *weekly(16))[-1] == ("termination", first, None)


def test_without_a_dose_nothing_says_when_termination_begins() -> None:
    assert [name for name, _, _ in starts(opened(0, planned_sessions=None), *weekly(30))] == ["initial", "middle"]


def test_only_sessions_held_count_and_their_own_numbers_go_first() -> None:
    missed = clinic("session", 21.5, session_id="se-3", status="missed", on=21)
    assert starts(opened(0), *weekly(3), missed) == [("initial", 0, None)]
    fourth = clinic("session", 8, session_id="se-9", status="held", on=8, number=4)
    assert starts(opened(0), *weekly(1), fourth) == [("initial", 0, 7), ("middle", 8, None)]


def test_what_the_clinic_says_stands_and_what_follows_gives_way() -> None:
    said = clinic("phase", 2, phase="middle", starts_on=10)
    assert starts(opened(0), *weekly(6), said) == [("initial", 0, 9), ("middle", 10, None)]
    ending = clinic("phase", 2, phase="termination", starts_on=20)
    assert starts(opened(0), *weekly(6), ending) == [("initial", 0, 19), ("termination", 20, None)]
    late = clinic("phase", 3, phase="initial", starts_on=25)
    assert starts(opened(0), *weekly(6), late) == [("initial", 25, None)]


def test_the_last_phase_ends_with_the_episode() -> None:
    closed = opened(40, on=0, closed_on="2026-07-01", outcome="completed")
    assert starts(opened(0), *weekly(4), closed)[-1] == ("middle", 21, 30)


def test_each_day_lies_in_one_phase_from_opening_to_closing() -> None:
    maintenance = clinic("phase", 22, phase="maintenance", starts_on=30)
    closed = opened(40, on=0, closed_on="2026-07-05", outcome="completed")
    known = course(opened(0), *weekly(4), maintenance, closed)
    phases = [phase_on(known, DAY_0 + day, POLICY) for day in (-1, 0, 20, 21, 29, 30, 34, 35)]
    assert phases == [None, *[Phase.INITIAL] * 2, *[Phase.MIDDLE] * 2, *[Phase.MAINTENANCE] * 2, None]


def test_a_phase_is_known_once_the_session_and_the_dose_were_told() -> None:
    session = clinic("session", 30, session_id="se-1", status="held", on=21, number=4)
    changed = opened(50, on=0, arm="combined")
    known = course(opened(0), session, changed).episodes["ep"]
    assert spans(known, POLICY)[-1].known == micros(session.time)
    dose = opened(60, on=0, initial_sessions=2)
    known = course(opened(0), session, dose).episodes["ep"]
    assert spans(known, POLICY)[-1].known == micros(dose.time)
