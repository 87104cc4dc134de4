"""Acknowledgements and shifts: what is held lapses when the shift ends, and the successor is told."""

import pytest

from schemas.alerts import ActionKind, Severity
from streams.core.alerts import Plan, Reason
from streams.core.duty import read_teams
from tests.core.alerts.samples import PLAN, Life, action, minutes, signal

# Turns change at 15:00 UTC; `NOW` is 9:00, in ada's turn.
TEAMS = """
version: v
default: north
teams:
  north:
    zone: UTC
    lead: lena
    working_hours: {week: {monday: 08:00-17:00, tuesday: 08:00-17:00}}
    rota: {rotation: {people: [ada, ben], first: 2026-03-01, days: 1, hand_over: "15:00"}}
  south:
    zone: UTC
    working_hours: {week: {monday: 08:00-17:00}}
    rota: {shifts: [{who: zoe, from: 2026-03-02 08:00:00}]}
"""
ROTA = Plan(PLAN.routes, read_teams(TEAMS), PLAN.silences)
SHIFT_ENDS = 6 * 60


def held(by: str = "ada", *, at: float = 1, **fields: object) -> Life:
    life = Life(ROTA)
    life.report(signal(**fields))
    life.act(action(ActionKind.ACKNOWLEDGE, by=by, at=at))
    return life


def test_words_of_the_ladder_are_people_of_the_rota() -> None:
    life = Life(ROTA)
    life.report(signal())
    for at in (10, 20, 80):
        life.wait(until=at)
    assert [(one.recipient, one.role) for one in life.made] == [
        ("ada", "on_call"),
        ("ben", "on_call_second"),
        ("lena", "lead"),
        ("lena", "lead"),
    ]


def test_an_acknowledgement_lapses_when_the_shift_ends_and_pages_the_successor() -> None:
    life = held()
    assert life.alert.until == minutes(SHIFT_ENDS)
    life.wait(until=SHIFT_ENDS - 1)
    assert life.told == ["ada"]
    assert life.wait(until=SHIFT_ENDS).reasons == (Reason.LAPSED,)
    assert life.told == ["ada", "ben"]


def test_a_critical_alert_that_somebody_else_holds_lapses_with_the_shift_as_well() -> None:
    assert held("therapist").alert.until == minutes(SHIFT_ENDS)


@pytest.mark.parametrize(
    ("by", "until"), [("ada", minutes(SHIFT_ENDS)), ("therapist", minutes(1) + PLAN.routes.acknowledgement)]
)
def test_of_other_alerts_only_those_that_who_is_on_shift_holds(by: str, until: object) -> None:
    assert held(by, rule="silence", severity=Severity.WARNING).alert.until == until


def test_a_shift_without_an_end_lets_the_policy_decide() -> None:
    life = held("zoe", care_team="south")
    assert life.alert.until == minutes(1) + ROTA.routes.acknowledgement


def test_a_care_team_that_nobody_named_is_the_default_one() -> None:
    assert held(care_team="elsewhere").told == ["ada"]


def test_where_nobody_comes_next_the_lead_is_told_and_where_there_is_none_the_word() -> None:
    life = Life(ROTA)
    life.report(signal(care_team="south"))
    life.wait(until=10)
    assert life.told == ["zoe", "lead"]


def test_when_nobody_is_on_call_the_next_one_is_told_at_once() -> None:
    empty = TEAMS.replace("zoe, from: 2026-03-02 08:00:00", "zoe, from: 2026-03-03 08:00:00")
    life = Life(Plan(PLAN.routes, read_teams(empty), PLAN.silences))
    life.report(signal(care_team="south"))
    assert life.told == ["zoe"]
    assert life.made[0].role == "on_call_second"


def test_whoever_is_on_call_when_it_escalates_is_told_not_who_was() -> None:
    life = Life(ROTA)
    life.report(signal(), at=SHIFT_ENDS - 5)
    life.wait(until=SHIFT_ENDS + 5)
    assert life.told == ["ada", "ada"]  # the next after ben, whose shift has begun


def test_a_ladder_that_the_policy_no_longer_has_is_that_of_the_severity() -> None:
    life = Life(ROTA)
    life.report(signal(rule="group.deterioration", severity=Severity.CRITICAL))
    ladders = {("pages" if name == "page" else name): ladder for name, ladder in PLAN.routes.ladders.items()}
    severities = {**PLAN.routes.severities, Severity.CRITICAL: "pages"}
    life.plan = Plan(
        PLAN.routes.model_copy(update={"ladders": ladders, "severities": severities}), ROTA.teams, ROTA.silences
    )
    life.wait(until=10)
    assert life.told == ["ada", "ben"]
