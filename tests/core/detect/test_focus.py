from datetime import date, timedelta

import pytest

from schemas.alerts import Finding, Severity
from schemas.events import AnyEvent
from streams.core.detect.focus import findings
from streams.core.fold import take_in
from streams.core.policy import FocusPolicy
from streams.core.state import State
from tests.core.builders import POLICY, event, fold, heartbeat, opened, raw

FIVE = POLICY.model_copy(update={"focus": FocusPolicy(least=5)})


def about(day: float, area: str | None = "grief", **envelope: object) -> AnyEvent:
    data = {"person_id": "a", "kind": "conflict", "valence": -1} | ({"problem_area": area} if area else {})
    return event(raw("interaction.v1", day, data, **envelope))


def found(*events: AnyEvent) -> list[Finding]:
    """What stands once nothing of the days can change; events in time order."""
    newest = max(said.time for said in events)
    over = heartbeat(0).model_copy(update={"time": newest + timedelta(days=2)})
    return findings(take_in(State(), [*events, over])[0], "p-1", FIVE)


def days(within: int, outside: int) -> list[AnyEvent]:
    """Interactions of day 20, one area after the other."""
    return [about(20 + n / 100, "role_dispute" if n < within else "grief") for n in range(within + outside)]


@pytest.mark.parametrize(
    ("within", "outside", "drifts"),
    [(2, 3, True), (3, 4, False), (4, 6, True), (5, 7, False), (0, 4, False), (0, 5, True)],
)
def test_it_takes_three_in_five_and_enough_of_them(within: int, outside: int, drifts: bool) -> None:
    assert bool(found(opened(0), *days(within, outside))) is drifts


def test_it_says_since_when_where_to_and_of_how_many() -> None:
    [finding] = found(opened(0), *days(2, 3), about(22, "role_transition"))
    assert (finding.severity, finding.since) == (Severity.INFO, date(2026, 6, 21))
    assert finding.raised_at.isoformat() == "2026-06-22T00:00:00+00:00"
    assert finding.evidence == {"n": 5, "outside": {"grief": 3}, "until": "2026-06-21"}


@pytest.mark.parametrize(("last", "drifts"), [(20.5, True), (21.0, False)])
def test_three_weeks_are_21_days(last: float, drifts: bool) -> None:
    assert bool(found(opened(0), *(about(n / 10) for n in range(4)), about(last))) is drifts


def test_the_running_day_is_not_judged() -> None:
    running = take_in(State(), [opened(0), *days(0, 9)])[0]
    assert findings(running, "p-1", FIVE) == []


def test_interactions_without_an_area_do_not_count() -> None:
    assert found(opened(0), *(about(20 + n / 100, None) for n in range(20))) == []


def test_nothing_drifts_before_an_agreement_outside_of_an_episode_or_after_it() -> None:
    closed = {"closed_on": "2026-06-20", "outcome": "completed"}
    assert found(*days(0, 9)) == []
    assert found(opened(0, problem_areas=[]), *days(0, 9)) == []
    assert found(opened(0, **closed), *days(0, 9)) == []
    assert found(opened(0, problem_areas=[]), *days(0, 9), opened(21, on=0)) == []


def test_a_new_agreement_counts_from_its_day_on() -> None:
    agreed = opened(19, on=0, problem_areas=["grief"])
    assert found(opened(0), agreed, *days(0, 9)) == []
    assert len(found(opened(0), *(about(10 + n / 100) for n in range(9)), agreed)) == 1


def test_a_drift_that_goes_on_is_one_and_one_that_comes_back_after_three_weeks_another() -> None:
    on_and_on = [about(day / 2) for day in range(60)]
    assert len(found(opened(0), *on_and_on)) == 1
    back = [about(60 + n / 10) for n in range(6)]
    assert len(found(opened(0), *on_and_on, *back)) == 2


def test_what_passed_the_horizon_still_counts() -> None:
    state = State()
    for day in range(32):
        state = fold(*[opened(0)] * (day == 0), about(day + 0.5), state=state)
    once = fold(opened(0), *(about(day + 0.5) for day in range(32)))
    assert state == once
    assert len(findings(state, "p-1", FIVE)) == 1
    assert [day.areas for day in state.linked] == [{"grief": 1}] * 17
    assert len(fold(heartbeat(200), state=state).linked) == 0
