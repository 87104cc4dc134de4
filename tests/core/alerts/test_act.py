import pytest

from schemas.alerts import ActionKind, AlertStatus, Outcome, Severity
from streams.core.alerts import Decision, PatientAlerts, Reason, pack, unpack
from tests.core.alerts.samples import Life, action, minutes, signal


def raised() -> Life:
    life = Life()
    life.report(signal())
    return life


def settled(life: Life, kind: ActionKind, step: int = 0, *, at: float = 1) -> Decision:
    made = life.made[step]
    return life.act(
        action(kind, f"{kind}-{step}", at=at, by="webhook", notification_id=made.notification_id, seen_version=None)
    )


def test_a_delivery_makes_it_notified_and_leaves_the_ledger_empty() -> None:
    life = raised()
    version = life.alert.version
    assert settled(life, ActionKind.DELIVERED).reasons == (Reason.DELIVERED,)
    assert (life.alert.status, life.alert.version) == (AlertStatus.NOTIFIED, version)
    assert life.record.pending == ()
    last = life.alert.history[-1]
    assert (last.what, last.who, last.to) == ("notified", "webhook", "on_call")


def test_an_acknowledgement_names_its_holder_and_its_end_and_stops_the_ladder() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, until=minutes(60)))
    assert (life.alert.status, life.alert.holder, life.alert.until) == (AlertStatus.ACKNOWLEDGED, "dr", minutes(60))
    assert life.record.pending == ()
    life.wait(until=59)
    assert life.told == ["on_call"]


def test_no_acknowledgement_outlives_the_policy() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, until=minutes(60 * 24 * 90)))
    assert life.alert.until == minutes(1) + life.routes.acknowledgement


def test_a_clock_that_is_years_ahead_does_not_make_an_acknowledgement_last() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, at=60 * 24 * 365 * 173), now=1)
    assert life.alert.until == minutes(1) + life.routes.acknowledgement
    assert unpack(pack(life.record)) == life.record


def test_an_acknowledgement_of_a_version_that_was_escalated_meanwhile_counts() -> None:
    life = raised()
    seen = life.alert.version
    settled(life, ActionKind.DELIVERED)
    life.wait(until=11)
    life.act(action(ActionKind.ACKNOWLEDGE, at=12, seen_version=seen))
    assert life.alert.status is AlertStatus.ACKNOWLEDGED


def test_a_stale_action_is_refused_where_everyone_sees_it() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, "x1", seen_version=1))
    before = life.alert
    decision = life.act(action(ActionKind.CLOSE, "x2", by="other", seen_version=1, outcome=Outcome.CONTACTED))
    assert decision.reasons == (Reason.REFUSED,)
    assert decision.changed == (life.alert,)
    assert (life.alert.status, life.alert.version) == (before.status, before.version)
    assert (life.alert.history[-1].who, life.alert.history[-1].refused) == ("other", "the alert has changed since")


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (ActionKind.CLOSE, {}),
        (ActionKind.HAND_OVER, {}),
        (ActionKind.ACKNOWLEDGE, {"until": minutes(0)}),
    ],
)
def test_an_action_that_lacks_what_it_needs_is_refused(kind: ActionKind, fields: dict[str, object]) -> None:
    life = raised()
    assert life.act(action(kind, **fields)).reasons == (Reason.REFUSED,)
    assert life.alert.status is AlertStatus.RAISED
    assert life.alert.history[-1].refused


def test_a_copy_of_an_action_has_no_effect() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE))
    record = life.record
    decision = life.act(action(ActionKind.ACKNOWLEDGE))
    assert (decision.reasons, decision.record) == ((Reason.REPEATED,), record)


def test_a_hand_over_tells_the_new_holder_and_comes_back_to_the_ladder_when_unanswered() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, "x1"))
    life.act(action(ActionKind.HAND_OVER, "x2", at=2, to="dr.two"))
    assert (life.alert.status, life.alert.holder) == (AlertStatus.HANDED_OVER, "dr.two")
    settled(life, ActionKind.DELIVERED, 1, at=3)
    assert life.alert.status is AlertStatus.HANDED_OVER
    life.wait(until=13)
    assert life.told == ["on_call", "dr.two", "on_call"]


def test_nothing_can_be_done_about_a_closed_alert() -> None:
    life = raised()
    life.act(action(ActionKind.CLOSE, "x1", outcome=Outcome.SAFETY_PLAN))
    assert (life.alert.status, life.alert.outcome) == (AlertStatus.CLOSED, Outcome.SAFETY_PLAN)
    assert life.act(action(ActionKind.ACKNOWLEDGE, "x2")).reasons == (Reason.REFUSED,)
    life.wait(until=24 * 60)
    assert life.told == ["on_call"]


def test_what_could_not_be_delivered_goes_to_the_next_recipient_at_once() -> None:
    life = raised()
    settled(life, ActionKind.UNDELIVERED)
    assert life.told == ["on_call", "on_call_second"]
    assert (life.alert.status, life.alert.history[-1].to) == (AlertStatus.ESCALATED, "on_call_second")


def test_when_nobody_can_be_reached_the_last_one_is_tried_again_soon() -> None:
    life = raised()
    for step in range(3):
        settled(life, ActionKind.UNDELIVERED, step)
    assert life.told == ["on_call", "on_call_second", "lead"]
    life.wait(until=11)
    assert life.told[-1] == "lead"
    assert len(life.told) == 4


def test_a_failure_that_comes_after_the_next_notice_pages_nobody() -> None:
    life = raised()
    life.wait(until=10)
    settled(life, ActionKind.UNDELIVERED, 0, at=11)
    assert life.told == ["on_call", "on_call_second"]


def test_what_could_not_be_delivered_after_an_acknowledgement_pages_nobody() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE))
    settled(life, ActionKind.UNDELIVERED)
    assert life.told == ["on_call"]


def test_an_action_about_an_unknown_alert_changes_nothing() -> None:
    life = Life()
    assert life.act(action(ActionKind.CLOSE)).reasons == (Reason.NEVER_RAISED,)
    assert life.record == PatientAlerts()


def test_a_high_alert_is_handed_over_without_a_ladder() -> None:
    life = Life()
    life.report(signal(severity=Severity.HIGH))
    life.act(action(ActionKind.HAND_OVER, to="dr.two"))
    assert life.told == ["therapist", "dr.two"]
    assert life.record.due is None


def test_the_record_survives_packing() -> None:
    life = raised()
    life.act(action(ActionKind.HAND_OVER, to="dr.two"))
    life.report(signal("a2", since=minutes(0).date()))
    assert unpack(pack(life.record)) == life.record
    assert pack(unpack(pack(life.record))) == pack(life.record)
    assert unpack(None) == PatientAlerts()
