"""An alert is the team's that its patient, or its group's members, were with on the day that was judged."""

from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.alerts import Finding, Severity
from schemas.events import AnyEvent
from streams.cli.policy.teams import Teams
from streams.core.fold import take_in
from streams.core.state import State
from tests.core.builders import START, check_in, opened
from tests.core.group.members import GROUP, joins, meets, opens


def state(*events: AnyEvent) -> State:
    return take_in(State(), events)[0]


FIRST = START.date()


def raised(patient: str, at: datetime, rule: str = "silence", since: date = FIRST) -> Finding:
    return Finding(
        alert_id="a", patient=patient, rule=rule, severity=Severity.WARNING, raised_at=at, since=since, evidence={}
    )


@pytest.mark.parametrize(("day", "team"), [(9, ""), (10, "north"), (11, "north"), (20, "south")])
def test_a_day_that_closed_is_judged_though_the_next_has_begun(day: int, team: str) -> None:
    told = state(opened(0), opened(10.5, on=0, care_team="north"), opened(20.5, on=0, care_team="south"))
    teams = Teams({"p": told, "other": state(check_in(1, 5))})
    assert teams.named == {"north", "south"}
    assert teams.of(raised("p", START + timedelta(days=day + 1))) == team
    assert teams.of(raised("other", START + timedelta(days=day + 1))) == ""


@pytest.mark.parametrize(("second", "team"), [("north", "north"), (None, "north"), ("south", "")])
def test_a_group_is_the_teams_that_its_members_share(second: str | None, team: str) -> None:
    members = {
        name: state(opens(name, team=with_whom), joins(name), meets(name, 7))
        for name, with_whom in (("p", "north"), ("q", second))
    }
    told = raised(GROUP, datetime(2026, 6, 15, tzinfo=UTC), "group.deterioration", FIRST + timedelta(days=7))
    assert Teams(members).of(told) == team
    assert Teams(members).of(told.model_copy(update={"since": FIRST})) == ""
