from datetime import timedelta

import pytest

from schemas.alerts import Severity
from streams.core.alerts import Plan, Reason, rota_alarms
from streams.core.duty import read_teams
from tests.core.alerts.samples import NOW, PLAN, Life

TEAMS = read_teams("""
version: rota-9
default: clinic
teams:
  clinic: {zone: UTC, working_hours: {week: {monday: 08:00-17:00}}}
  north:
    zone: UTC
    working_hours: {week: {monday: 08:00-17:00}}
    rota: {shifts: [{who: ada, from: 2026-03-01 08:00:00, until: 2026-03-03 09:00:00}]}
  south:
    zone: UTC
    working_hours: {week: {monday: 08:00-17:00}}
    rota: {shifts: [{who: ada, from: 2026-03-01 08:00:00}, {who: ben, from: 2026-03-02 18:00:00}]}
""")


@pytest.mark.parametrize(("earlier", "rules"), [(1, []), (0, []), (-1, ["rota.empty"])])
def test_a_shift_that_nobody_has_is_alarmed_a_day_ahead(earlier: int, rules: list[str]) -> None:
    found = rota_alarms(TEAMS, "north", NOW - timedelta(minutes=earlier))
    assert [alarm.rule for alarm in found] == rules


def test_it_is_one_alert_however_often_one_looks_and_the_lead_is_told() -> None:
    life = Life(Plan(PLAN.routes, TEAMS, PLAN.silences))
    for minute in (1, 2, 600):
        [one] = rota_alarms(TEAMS, "north", NOW + timedelta(minutes=minute))
        decision = life.report(one, at=minute)
    assert (life.told, decision.reasons) == (["lead"], (Reason.ALREADY_KNOWN,))
    [case] = life.record.cases.values()
    assert (case.alert.patient, case.alert.severity, case.alert.care_team) == ("north", Severity.HIGH, "north")
    assert (case.alert.of_team, case.alert.policy_version) == (True, "rota-9")
    assert case.alert.evidence == {"begins": "2026-03-03T09:00:00+00:00"}


def test_each_fault_is_an_alert_of_its_own() -> None:
    found = rota_alarms(TEAMS, "south", NOW)
    assert [alarm.rule for alarm in found] == ["rota.unclosed", "rota.unclosed"]
    assert len({alarm.alert_id for alarm in found}) == 2


def test_a_team_without_a_rota_has_nothing_that_could_be_wrong() -> None:
    assert rota_alarms(TEAMS, "clinic", NOW) == []
