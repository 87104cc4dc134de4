"""What has to wait, until when, and that nothing critical ever does."""

from datetime import timedelta

import pytest

from schemas.alerts import ActionKind, AlertStatus, Outcome, Severity
from streams.core.alerts import Plan, Reason, read_silences
from tests.core.alerts.samples import PLAN, Life, action, minutes, signal

# `NOW` is a Monday, nine in the morning; the team that ships works from eight to five, UTC.
EVENING = 9 * 60
NEXT_MORNING = 23 * 60
QUIET = read_silences("""
silences:
  - {rules: [silence, deterioration.mood], from: 2026-03-02T09:00:00Z, until: 2026-03-02T10:00:00Z, by: o, reason: move}
  - {rules: [silence], teams: [north], from: 2026-03-02T09:30:00Z, until: 2026-03-02T11:00:00Z, by: o, reason: move}
""")
SILENCED = Plan(PLAN.routes, PLAN.teams, QUIET)
HIGH, WARNING = {"severity": Severity.HIGH}, {"severity": Severity.WARNING}


def reported(plan: Plan = PLAN, *, at: float = 0, **fields: object) -> Life:
    life = Life(plan)
    life.report(signal(**fields), at=at)
    return life


@pytest.mark.parametrize(
    ("rule", "severity", "at", "told"),
    [
        ("deterioration.mood", Severity.HIGH, 0, ["therapist"]),
        ("deterioration.mood", Severity.HIGH, EVENING, []),
        ("deterioration.reliable", Severity.HIGH, 0, ["therapist"]),
        ("deterioration.reliable", Severity.HIGH, EVENING, ["on_call"]),
        ("silence", Severity.WARNING, EVENING, []),
        ("safety.item9", Severity.CRITICAL, EVENING, ["on_call"]),
    ],
)
def test_whom_the_evening_keeps_from_being_told(rule: str, severity: Severity, at: int, told: list[str]) -> None:
    assert reported(rule=rule, severity=severity, at=at).told == told


def test_what_waits_for_working_hours_is_told_in_the_morning_and_says_so() -> None:
    life = reported(rule="silence", at=EVENING, **WARNING)
    assert life.alert.history[-1].what == "waits for working hours"
    assert (life.record.due, life.alert.status) == (minutes(NEXT_MORNING), AlertStatus.RAISED)
    assert life.wait(until=NEXT_MORNING - 1).reasons == ()
    assert life.wait(until=NEXT_MORNING).reasons == (Reason.FIRST_NOTICE,)
    assert (life.told, life.alert.status) == (["therapist"], AlertStatus.RAISED)


@pytest.mark.parametrize(("days", "told"), [(13.9, ["on_call"]), (14, ["therapist"])])
def test_mood_goes_to_on_call_within_fourteen_days_of_a_safety_alert(days: float, told: list[str]) -> None:
    life = reported(at=0)
    life.act(action(ActionKind.CLOSE, outcome=Outcome.CONTACTED))
    life.report(signal("a2", rule="deterioration.mood", **HIGH), at=days * 24 * 60)
    assert life.told[1:] == told


def test_a_high_alert_goes_to_the_lead_after_a_day_of_work() -> None:
    life = reported(rule="relationship.worsening", **HIGH)
    life.wait(until=8 * 60 - 1)
    assert life.told == ["therapist"]
    life.wait(until=8 * 60)  # five in the afternoon: what falls on the end of the day is due the next morning
    assert life.told == ["therapist"]
    life.wait(until=NEXT_MORNING)
    assert life.told == ["therapist", "lead"]


def test_a_silence_holds_messages_back_until_its_end_and_loses_none() -> None:
    life = reported(SILENCED, rule="silence", at=10, **WARNING)
    assert (life.told, life.record.due) == ([], minutes(60))
    assert life.alert.history[-1].what == "held back until a silence ends"
    life.wait(until=59)
    assert life.told == []
    life.wait(until=60)
    assert life.told == ["therapist"]


@pytest.mark.parametrize(("team", "until"), [("north", 120), ("south", 60), (None, 60)])
def test_a_silence_is_about_its_teams_and_the_last_to_end_counts(team: str | None, until: int) -> None:
    assert reported(SILENCED, rule="silence", at=40, care_team=team, **WARNING).record.due == minutes(until)


def test_nothing_critical_is_silenced_whatever_its_rule() -> None:
    assert reported(SILENCED, rule="silence").told == ["on_call"]


@pytest.mark.parametrize(("at", "told"), [(-1, ["therapist"]), (0, []), (59, []), (60, ["therapist"])])
def test_a_silence_begins_and_ends_at_its_minutes(at: int, told: list[str]) -> None:
    assert reported(SILENCED, rule="silence", at=at, **WARNING).told == told


def worse_and_mood() -> Life:
    life = reported(rule="deterioration.reliable", **HIGH)
    life.report(signal("a2", rule="deterioration.mood", **HIGH), at=45)
    return life


def test_mood_is_not_told_while_the_reliable_deterioration_of_the_same_patient_is_open() -> None:
    life = worse_and_mood()
    assert life.told == ["therapist"]
    mood = life.record.cases["a2"]
    assert (mood.held, mood.due) == (Reason.INHIBITED, minutes(45) + timedelta(hours=1))
    life.wait(until=105)
    assert len(life.record.cases["a2"].alert.history) == len(mood.alert.history)
    life.act(action(ActionKind.CLOSE, at=110, outcome=Outcome.CONTACTED))
    life.wait(until=165)
    assert [one.alert_id for one in life.made] == ["a1", "a2"]


def test_an_alert_of_which_nobody_was_told_keeps_no_other_quiet() -> None:
    life = reported(rule="deterioration.reliable", history=True, **HIGH)
    life.report(signal("a2", rule="deterioration.mood", **HIGH), at=45)
    assert [one.alert_id for one in life.made] == ["a2"]


@pytest.mark.parametrize(("apart", "messages"), [(29, 1), (30, 2)])
def test_what_one_hears_of_one_patient_within_half_an_hour_is_one_message(apart: int, messages: int) -> None:
    life = reported(rule="silence", **WARNING)
    decision = life.report(signal("a2", rule="relationship.worsening", **WARNING), at=apart)
    assert len(life.told) == messages
    if messages == 1:
        assert decision.reasons == (Reason.GROUPED,)
        alert = life.record.cases["a2"].alert
        assert (alert.status, alert.history[-1].to) == (AlertStatus.NOTIFIED, "therapist")


def test_messages_of_a_night_come_as_one_in_the_morning_the_gravest() -> None:
    life = reported(rule="silence", at=EVENING, **WARNING)
    life.report(signal("a2", rule="relationship.worsening", **HIGH), at=EVENING + 200)
    life.wait(until=NEXT_MORNING)
    assert [(one.alert_id, one.recipient) for one in life.made] == [("a2", "therapist")]


def test_critical_alerts_are_told_one_by_one() -> None:
    life = reported()
    life.report(signal("a2"), at=1)
    assert life.told == ["on_call", "on_call"]


def test_to_be_told_together_is_not_to_be_told_with_an_alert_that_is_closed() -> None:
    life = reported(rule="silence", **WARNING)
    life.act(action(ActionKind.CLOSE, outcome=Outcome.CONTACTED))
    life.report(signal("a2", rule="relationship.worsening", **WARNING), at=5)
    assert life.told == ["therapist", "therapist"]
