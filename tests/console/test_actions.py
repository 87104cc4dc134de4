from datetime import timedelta

import pytest

from schemas.alerts import ActionKind, Alert, AlertAction, AlertEntry, AlertStatus, Outcome
from streams.console.actions import Answer, Reply, became_of, clinician_action
from tests.console.samples import NOW, PATIENT, alert


def acted(kind: ActionKind = ActionKind.ACKNOWLEDGE, **fields: object) -> AlertAction:
    return clinician_action(
        f"{1:032x}",
        PATIENT,
        kind,
        **{"by": "dana", "at": NOW, "seen_version": 1, **fields},  # type: ignore[arg-type]
    )


def with_entry(**fields: object) -> Alert:
    entry = AlertEntry(**{"at": NOW, "what": "acknowledged", "who": "dana", **fields})  # type: ignore[arg-type]
    return alert(history=(entry,))


def test_what_the_history_says_became_of_it() -> None:
    assert became_of(acted(), with_entry()) == Reply(Answer.DONE)
    assert became_of(acted(), with_entry(refused="already closed")) == Reply(Answer.REFUSED, "already closed")


@pytest.mark.parametrize("other", [{"who": "lee"}, {"at": NOW - timedelta(microseconds=1)}])
def test_somebody_elses_entry_says_nothing(other: dict[str, object]) -> None:
    assert became_of(acted(), with_entry(**other)) is None


def test_what_was_sent_and_read_back_is_known_again() -> None:
    action = acted(at=NOW + timedelta(microseconds=123_456))
    came_back = Alert.model_validate_json(with_entry(at=action.at).model_dump_json())
    assert became_of(AlertAction.model_validate_json(action.model_dump_json()), came_back) == Reply(Answer.DONE)


def test_pressing_twice_is_one_action_and_both_are_told_that_it_counted() -> None:
    second = acted(at=NOW + timedelta(seconds=1))
    assert second.action_id == acted().action_id
    taken = alert(version=2, status=AlertStatus.ACKNOWLEDGED, holder="dana")
    assert became_of(second, taken) == Reply(Answer.DONE)


@pytest.mark.parametrize(
    "different",
    [
        {"by": "lee"},
        {"seen_version": 2},
        {"kind": ActionKind.CLOSE, "outcome": Outcome.CONTACTED},
        {"kind": ActionKind.CLOSE, "outcome": Outcome.UNREACHABLE},
        {"kind": ActionKind.HAND_OVER, "to": "lee"},
        {"kind": ActionKind.HAND_OVER, "to": "sam"},
    ],
)
def test_anything_else_is_another_action(different: dict[str, object]) -> None:
    ids = {acted().action_id, acted(**different).action_id}
    assert len(ids) == 2


def test_a_newer_alert_that_is_not_as_wanted_says_nothing() -> None:
    assert became_of(acted(), alert(version=2, status=AlertStatus.ACKNOWLEDGED, holder="lee")) is None
    closing = acted(ActionKind.CLOSE, outcome=Outcome.CONTACTED)
    assert became_of(closing, alert(version=2, status=AlertStatus.CLOSED, outcome=Outcome.FALSE_ALARM)) is None
    assert became_of(closing, alert(version=2, status=AlertStatus.CLOSED, outcome=Outcome.CONTACTED)) is not None


def test_an_alert_that_goes_on_since_nobody_was_reached_is_as_wanted() -> None:
    closing = acted(ActionKind.CLOSE, outcome=Outcome.UNREACHABLE)
    gone_on = alert(version=2, status=AlertStatus.ESCALATED, outcome=Outcome.UNREACHABLE)
    assert became_of(closing, gone_on) == Reply(Answer.DONE)
