from datetime import timedelta

import pytest

from schemas.alerts import Finding, Severity
from streams.core.brief import brief
from streams.core.brief.pre_session import found_on_its_days
from streams.core.policy import FocusPolicy
from tests.core.brief.of import held, known, met
from tests.core.builders import POLICY, START, check_in, clinic, heartbeat, opened


def test_nobody_has_no_brief() -> None:
    assert brief(known()) is None
    assert brief(known(heartbeat(1))) is not None


def test_sessions_are_counted_up_to_the_one_to_come() -> None:
    told = known(opened(0), held(5), held(12), held(19), check_in(19.6, 5))
    shown = brief(told)
    assert shown
    assert (shown.episode, shown.phase, shown.next_session, shown.planned_sessions) == ("ep", "initial", 3, 16)
    assert shown.last_session
    assert shown.last_session.isoformat() == "2026-06-13"


def test_outside_of_care_there_is_no_session_to_come() -> None:
    shown = brief(known(check_in(1, 5)))
    assert shown
    assert (shown.episode, shown.phase, shown.next_session, shown.goals) == (None, None, None, ())


def test_a_finding_is_told_from_the_day_it_was_known_without_event_ids() -> None:
    shown = brief(known(check_in(0, 5), met(33.9, "a", "loss"), met(34, "b", "loss"), check_in(40, 5)))
    assert shown
    assert [(one.rule, one.evidence) for one in shown.noted] == [
        ("relationship.worsening", {"what": "loss", "person": "b"})
    ]


def test_violence_is_not_among_the_findings() -> None:
    shown = brief(known(check_in(0, 5), met(38, "a", "violence"), check_in(40, 5)))
    assert shown
    assert shown.noted == ()
    assert shown.guarded


def test_what_is_for_the_brief_alone_is_in_it() -> None:
    drift = [met(day, "a", problem_area="grief") for day in (36, 37, 38)]
    policy = POLICY.model_copy(update={"focus": FocusPolicy(least=3)})
    shown = brief(known(opened(0), *drift, check_in(40, 5), policy=policy))
    assert shown
    assert [one.rule for one in shown.noted] == ["focus.drift"]


def test_goals_are_those_worked_on_and_those_met_on_the_days() -> None:
    def goal(name: str, *steps: tuple[float, dict[str, object]]) -> list[object]:
        return [clinic("goal", day, goal_id=name, **data) for day, data in ((1.0, {"what": "set"}), *steps)]

    told = [
        *goal("open", (5, {"what": "rated", "rating": 2}), (9, {"what": "rated", "rating": 4})),
        *goal("met-long-ago", (33, {"what": "met"})),
        *goal("met-now", (34, {"what": "met"})),
        *goal("dropped", (36, {"what": "dropped"})),
    ]
    shown = brief(known(opened(0), *told, check_in(40, 5)))  # type: ignore[arg-type]
    assert shown
    assert [(one.goal, one.first, one.last) for one in shown.goals] == [("met-now", None, None), ("open", 2, 4)]


@pytest.mark.parametrize("person", ["a", "b"])
def test_so_far_is_told_of_the_pairs_of_the_days_alone(person: str) -> None:
    told = known(met(1, "a", strategy_id="s"), met(1.1, "b", strategy_id="s"), met(38, person, strategy_id="s"))
    shown = brief(told)
    assert shown
    assert [(one.person, one.times) for one in shown.tried_so_far] == [(person, 2)]


@pytest.mark.parametrize(("day", "there"), [(33, False), (34, True), (41, True), (42, False)])
def test_a_finding_is_told_from_the_first_day_to_the_close_of_the_last(day: int, there: bool) -> None:
    told = known(check_in(0, 5), check_in(40, 5))
    finding = Finding(
        alert_id="a",
        patient="p-1",
        rule="silence",
        severity=Severity.WARNING,
        raised_at=START + timedelta(days=day),
        since=START.date(),
        evidence={"events": ["e"], "n": 1},
    )
    noted = [(one.rule, one.evidence) for one in found_on_its_days(told, [finding])]
    assert noted == ([("silence", {"n": 1})] if there else [])
