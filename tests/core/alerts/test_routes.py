import pytest
from pydantic import ValidationError

from schemas.alerts import Severity
from streams.core.alerts import read_routes
from tests.core.alerts.samples import ROUTES, signal

LADDERS = (
    "ladders: {critical: {recipients: [a], escalate_after_minutes: 1, remind_every_minutes: 2}, "
    "high: {}, warning: {}, info: {}}"
)
COMPLETE = f"{{version: v, acknowledgement_hours: 1, give_up_minutes: 1, channels: {{}}, {LADDERS}}}"


def test_what_ships_escalates_safety_alerts_from_on_call_to_the_lead() -> None:
    assert ROUTES.ladders[Severity.CRITICAL].recipients == ("on_call", "on_call_second", "lead")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("high: {}, ", ""),
        ("escalate_after_minutes: 1, ", ""),
        (", remind_every_minutes: 2", ""),
        ("escalate_after_minutes: 1, remind_every_minutes: 2", ""),
        ("recipients: [a]", "recipients: []"),
        ("version: v", "version: v, colour: red"),
        ("escalate_after_minutes: 1", "escalate_after_minutes: 0"),
    ],
)
def test_a_policy_that_would_leave_an_alert_lying_is_refused(old: str, new: str) -> None:
    read_routes(COMPLETE)
    assert old in COMPLETE
    with pytest.raises(ValidationError):
        read_routes(COMPLETE.replace(old, new))


def test_a_groups_alert_goes_to_its_leader_and_others_by_severity() -> None:
    warning = signal(severity=Severity.WARNING)
    of_group = signal(severity=Severity.WARNING, rule="group.deterioration")
    assert [ROUTES.ladder(one).recipients for one in (warning, of_group)] == [("therapist",), ("group_leader",)]


def test_safety_alerts_have_no_ladder_of_their_own() -> None:
    rules = "rules: {silence: {recipients: [a]}}, ladders"
    assert read_routes(COMPLETE.replace("ladders", rules)).rules.keys() == {"silence"}
    with pytest.raises(ValidationError, match="safety"):
        read_routes(COMPLETE.replace("ladders", rules.replace("silence", "safety.item9")))
