from datetime import timedelta

import pytest

from schemas.alerts import ActionKind, AlertStatus, Outcome, Severity
from streams.core.alerts import PatientAlerts, Plan, Reason, escalate, rota_alarms, watch_rota
from streams.core.duty import read_teams
from tests.core.alerts.samples import NOW, PLAN, Life, action

TEAMS = read_teams("""
version: rota-9
default: clinic
teams:
  clinic: {zone: UTC, working_hours: {week: {monday: 08:00-17:00}}}
  north:
    zone: UTC
    working_hours: {week: {monday: 08:00-17:00}}
    rota: {shifts: [{who: ada, from: 2026-03-01 08:00:00, until: 2026-03-03 09:00:00}]}
  mended:
    zone: UTC
    working_hours: {week: {monday: 08:00-17:00}}
    rota: {shifts: [{who: ada, from: 2026-03-01 08:00:00, until: 2026-03-13 09:00:00}]}
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


BROKEN = Plan(PLAN.routes, TEAMS, PLAN.silences)


def with_rota_of(team: str) -> Plan:
    """As if north had the rota of another team."""
    teams = {**TEAMS.teams, "north": TEAMS.teams[team]}
    return Plan(PLAN.routes, TEAMS.model_copy(update={"teams": teams}), PLAN.silences)


MENDED = with_rota_of("mended")


def look(record: PatientAlerts, minute: int, plan: Plan = BROKEN) -> PatientAlerts:
    return watch_rota(record, "north", NOW + timedelta(minutes=minute), plan).record


def test_a_gap_that_is_mended_is_closed_and_nobody_is_told_any_more() -> None:
    record = look(PatientAlerts(), 1)
    assert [one.recipient for one in record.pending] == ["lead"]
    record = look(record, 2, MENDED)
    [case] = record.cases.values()
    assert (case.alert.status, case.alert.outcome, case.alert.history[-1].who) == (
        AlertStatus.CLOSED,
        None,
        "ipt-pulse",
    )
    assert (record.pending, [one.recipient for one in record.withdrawn]) == ((), ["lead"])
    for minute in (3, 5_000):
        assert look(record, minute, MENDED) == record
    assert escalate(record, NOW + timedelta(days=2), MENDED).made == ()


def test_one_whose_time_has_passed_is_closed_too() -> None:
    unclosed = with_rota_of("south")
    record = look(PatientAlerts(), 1, unclosed)
    assert [case.open for case in record.cases.values()] == [True, True]
    record = look(record, 24 * 60, unclosed)
    assert sorted(case.open for case in record.cases.values()) == [False, True]


@pytest.mark.parametrize("closed_by_hand", [False, True])
def test_one_that_comes_back_is_raised_again(closed_by_hand: bool) -> None:
    life = Life(BROKEN)
    life.record = look(life.record, 1)
    [alert_id] = life.record.cases
    if closed_by_hand:
        life.act(action(ActionKind.CLOSE, at=2, alert_id=alert_id, patient="north", outcome=Outcome.FALSE_ALARM))
        assert look(life.record, 3) == life.record
    record = look(look(life.record, 3, MENDED), 4)
    case = record.cases[alert_id]
    assert (case.open, case.alert.revised, case.alert.history[-1].what) == (True, False, "reopened: new evidence")
    assert [one.step for one in record.pending] == [1]
    assert look(record, 5) == record
