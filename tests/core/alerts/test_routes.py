import pytest
from pydantic import ValidationError

from schemas.alerts import Severity
from streams.core.alerts import read_routes
from streams.core.alerts.routes import When
from tests.core.alerts.samples import ROUTES, signal

COMPLETE = """
version: v
acknowledgement_hours: 1
give_up_minutes: 1
try_again_minutes: 1
channels: {}
ladders:
  page: {recipients: [a], escalate_after_minutes: 1, remind_every_minutes: 2}
  nobody: {}
severities: {critical: page, high: nobody, warning: nobody, info: nobody}
rules: {silence: [{ladder: page, when: after_safety_alert}]}
inhibit: [{by: [deterioration.reliable], rules: [silence]}]
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("high: nobody, ", "", "no ladder for high"),
        ("high: nobody", "high: somebody", "no such ladder: somebody"),
        ("ladder: page, when", "ladder: pages, when", "no such ladder: pages"),
        (", escalate_after_minutes: 1", "", "needs escalate_after_minutes"),
        (", remind_every_minutes: 2", "", "critical alerts must escalate"),
        (", escalate_after_minutes: 1, remind_every_minutes: 2", "", "critical alerts must escalate"),
        ("remind_every_minutes: 2", "remind_every_minutes: 2, in_working_hours: true", "cannot wait"),
        ("recipients: [a]", "recipients: []", "needs recipients"),
        ("version: v", "version: v\ncolour: red", "colour"),
        ("escalate_after_minutes: 1", "escalate_after_minutes: 0", "greater than 0"),
        ("rules: {silence", "rules: {safety.item9", "safety alerts"),
        ("rules: [silence]", "rules: [safety.contact]", "safety alerts"),
        ("rules: [silence]", "rules: [deterioration.reliable]", "inhibits and is inhibited"),
        ("channels: {}", "channels: {a: []}", "at least 1"),
    ],
)
def test_a_policy_that_would_leave_an_alert_lying_is_refused(old: str, new: str, said: str) -> None:
    read_routes(COMPLETE)
    assert old in COMPLETE
    with pytest.raises(ValidationError, match=said):
        read_routes(COMPLETE.replace(old, new))


def test_several_faults_are_told_at_once() -> None:
    with pytest.raises(ValidationError, match=r"no ladder for high; no such ladder: pages"):
        read_routes(COMPLETE.replace("high: nobody, ", "").replace("ladder: page,", "ladder: pages,"))


def way(rule: str, severity: Severity, *circumstances: When) -> str:
    return ROUTES.choose(signal(rule=rule, severity=severity), lambda when: when in circumstances)


@pytest.mark.parametrize(
    ("rule", "severity", "circumstances", "recipients"),
    [
        ("safety.item9", Severity.CRITICAL, (), ("on_call", "on_call_second", "lead")),
        ("deterioration.mood", Severity.HIGH, (), ("therapist", "lead")),
        ("deterioration.mood", Severity.HIGH, (When.OUTSIDE_WORKING_HOURS,), ("therapist", "lead")),
        ("deterioration.mood", Severity.HIGH, (When.AFTER_SAFETY_ALERT,), ("on_call", "lead")),
        ("deterioration.reliable", Severity.HIGH, (), ("therapist", "lead")),
        ("deterioration.reliable", Severity.HIGH, (When.OUTSIDE_WORKING_HOURS,), ("on_call", "lead")),
        ("relationship.worsening", Severity.WARNING, (), ("therapist",)),
        ("relationship.worsening", Severity.HIGH, (), ("therapist", "lead")),
        ("silence", Severity.WARNING, (), ("therapist",)),
        ("group.deterioration", Severity.WARNING, (), ("group_leader",)),
        ("focus.drift", Severity.INFO, (), ()),
        ("rota.empty", Severity.HIGH, (), ("lead",)),
    ],
)
def test_what_ships_sends_each_rule_where_the_design_says(
    rule: str, severity: Severity, circumstances: tuple[When, ...], recipients: tuple[str, ...]
) -> None:
    assert ROUTES.ladders[way(rule, severity, *circumstances)].recipients == recipients


def test_what_is_critical_goes_the_way_of_its_severity_whatever_its_rule() -> None:
    assert way("group.deterioration", Severity.CRITICAL) == "page"


def test_the_last_recipient_stands_on_all_further_rungs() -> None:
    ladder = ROUTES.ladders["page"]
    assert [ladder.recipient(rung) for rung in (0, 1, 2, 3, 9)] == ["on_call", "on_call_second", *["lead"] * 3]
    waits = [ladder.patience(rung) for rung in (0, 1, 2, 3)]
    assert [None if wait is None else wait.total_seconds() / 60 for wait in waits] == [10, 10, 60, 60]
