import pytest

from schemas.alerts import ActionKind, AlertStatus, Outcome, Severity
from streams.core.alerts import Decision, PatientAlerts, Reason, pack, unpack
from streams.core.alerts.record import EARLY_KNOWN
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


def test_what_a_channel_keeps_reminding_of_is_withdrawn_as_soon_as_somebody_sees_to_it() -> None:
    for what in (ActionKind.ACKNOWLEDGE, ActionKind.HAND_OVER, ActionKind.CLOSE):
        life = raised()
        delivered = {"notification_id": life.made[0].notification_id, "stays_open": True}
        life.act(action(ActionKind.DELIVERED, "d", by="pagerduty", **delivered))
        assert (life.record.pending, life.record.withdrawn) == ((), ())
        life.wait(until=10)  # the second is on its way
        life.act(action(what, "x", at=11, to="dr.two", outcome=Outcome.CONTACTED))
        assert life.record.withdrawn == tuple(life.made[:2])
        history = life.alert.history
        life.act(action(ActionKind.WITHDRAWN, "w", at=12, notification_id=life.made[0].notification_id))
        assert (life.record.withdrawn, life.alert.history) == ((life.made[1],), history)


def test_a_delivery_that_nobody_is_reminded_of_has_not_to_be_withdrawn() -> None:
    life = raised()
    settled(life, ActionKind.DELIVERED)
    life.act(action(ActionKind.ACKNOWLEDGE))
    assert life.record.withdrawn == ()


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
    assert life.alert.until == minutes(1) + life.plan.routes.acknowledgement


def test_a_clock_that_is_years_ahead_does_not_make_an_acknowledgement_last() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, at=60 * 24 * 365 * 173), now=1)
    assert life.alert.until == minutes(1) + life.plan.routes.acknowledgement
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
    assert [(one.recipient, one.role) for one in life.made] == [
        ("on_call", "on_call"),
        ("dr.two", "handed_over"),
        ("on_call", "on_call"),
    ]


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
    life.wait(until=10.9)
    assert len(life.told) == 3
    life.wait(until=11)
    assert life.told[-1] == "lead"
    assert len(life.told) == 4


def test_a_message_that_reached_nobody_is_sent_again_even_where_nobody_escalates() -> None:
    life = Life()
    life.report(signal(severity=Severity.WARNING))
    settled(life, ActionKind.UNDELIVERED)
    assert (life.told, life.record.due) == (["therapist"], minutes(1) + life.plan.routes.try_again)
    life.wait(until=11)
    assert life.told == ["therapist", "therapist"]


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


def test_what_a_channel_says_of_an_unknown_alert_changes_nothing() -> None:
    life = Life()
    assert life.act(action(ActionKind.DELIVERED)).reasons == (Reason.NEVER_RAISED,)
    assert life.record == PatientAlerts()


def test_what_a_clinician_did_counts_although_it_was_read_before_the_alert() -> None:
    early, usual = Life(), raised()
    acknowledged = action(ActionKind.ACKNOWLEDGE, "x1", at=1, seen_version=1)
    closed = action(ActionKind.CLOSE, "x2", at=2, outcome=Outcome.CONTACTED, seen_version=2)
    for one in (acknowledged, closed, acknowledged):
        early.act(one)
        usual.act(one)
    decision = early.report(signal(), at=3)
    assert decision.reasons == (Reason.FIRST_NOTICE, Reason.ACKNOWLEDGED, Reason.CLOSED)
    assert (early.told, early.record.early) == ([], ())
    assert (early.alert.status, early.alert.outcome) == (usual.alert.status, usual.alert.outcome)
    assert decision.changed == (early.alert,)


def test_early_actions_are_kept_for_their_own_alert_and_not_without_limit() -> None:
    life = Life()
    for number in range(EARLY_KNOWN + 5):
        life.act(action(ActionKind.ACKNOWLEDGE, f"x{number}", alert_id="other"))
    assert len(life.record.early) == EARLY_KNOWN
    life.report(signal())
    assert life.told == ["on_call"]
    assert len(life.record.early) == EARLY_KNOWN


def test_a_warning_that_was_handed_over_comes_back_when_nobody_takes_it_on() -> None:
    life = Life()
    life.report(signal(severity=Severity.WARNING))
    life.act(action(ActionKind.HAND_OVER, to="dr.two"))
    assert life.told == ["therapist", "dr.two"]
    assert life.record.due == minutes(1) + life.plan.routes.acknowledgement
    life.wait(until=1 + 12 * 60)  # in the evening; the working day begins at 23 h
    assert life.told == ["therapist", "dr.two"]
    life.wait(until=23 * 60)
    assert life.told == ["therapist", "dr.two", "therapist"]


def test_a_critical_alert_of_somebody_who_could_not_be_reached_goes_to_the_next() -> None:
    life = raised()
    life.act(action(ActionKind.ACKNOWLEDGE, "x1"))
    decision = life.act(action(ActionKind.CLOSE, "x2", at=5, outcome=Outcome.UNREACHABLE))
    assert (decision.reasons, life.told) == ((Reason.NOT_REACHED,), ["on_call", "on_call_second"])
    assert (life.alert.status, life.alert.outcome) == (AlertStatus.ESCALATED, Outcome.UNREACHABLE)
    assert (life.alert.holder, life.alert.until) == (None, None)
    assert [line.what for line in life.alert.history[-2:]] == ["closed: unreachable", "escalated: nobody was reached"]
    for at in (15, 75, 135):
        life.wait(until=at)
    assert life.told == ["on_call", "on_call_second", "lead", "lead", "lead"]
    life.act(action(ActionKind.CLOSE, "x3", at=140, outcome=Outcome.CONTACTED))
    life.wait(until=10_000)
    assert (life.alert.status, life.alert.outcome, len(life.told)) == (AlertStatus.CLOSED, Outcome.CONTACTED, 5)


@pytest.mark.parametrize(
    ("by_lead", "fields", "status"),
    [
        (False, {}, AlertStatus.ESCALATED),
        (True, {}, AlertStatus.CLOSED),
        (False, {"severity": Severity.HIGH, "rule": "silence"}, AlertStatus.CLOSED),
        (False, {"history": True}, AlertStatus.CLOSED),
    ],
)
def test_only_a_lead_can_end_a_critical_alert_without_reaching_anybody(
    by_lead: bool, fields: dict[str, object], status: AlertStatus
) -> None:
    life = Life()
    life.report(signal(**fields))
    life.act(action(ActionKind.CLOSE, by_lead=by_lead, outcome=Outcome.UNREACHABLE))
    assert life.alert.status is status


def test_the_record_survives_packing() -> None:
    life = raised()
    life.act(action(ActionKind.HAND_OVER, to="dr.two"))
    life.report(signal("a2", since=minutes(0).date()))
    assert unpack(pack(life.record)) == life.record
    assert pack(unpack(pack(life.record))) == pack(life.record)
    assert unpack(None) == PatientAlerts()
