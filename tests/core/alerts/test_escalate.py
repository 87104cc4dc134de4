from schemas.alerts import ActionKind, AlertStatus, Severity
from streams.core.alerts import Reason, pack
from tests.core.alerts.samples import Life, action, minutes, signal


def test_unacknowledged_goes_to_the_second_then_to_the_lead_who_is_reminded() -> None:
    life = Life()
    life.report(signal())
    for at, told in ((9.9, 1), (10, 2), (19.9, 2), (20, 3), (79.9, 3), (80, 4), (139.9, 4), (140, 5)):
        life.wait(until=at)
        assert len(life.told) == told, at
    assert life.told == ["on_call", "on_call_second", "lead", "lead", "lead"]
    assert len({one.notification_id for one in life.made}) == 5
    assert life.alert.status is AlertStatus.ESCALATED


def test_a_long_silence_of_ours_tells_one_more_and_not_all_at_once() -> None:
    life = Life()
    life.report(signal())
    life.wait(until=500)
    life.wait(until=501)
    assert life.told == ["on_call", "on_call_second"]


def test_a_high_alert_waits_for_the_therapist() -> None:
    life = Life()
    life.report(signal(severity=Severity.HIGH))
    life.wait(until=10_000)
    assert life.told == ["therapist"]


def test_a_lapsed_acknowledgement_begins_the_ladder_again() -> None:
    life = Life()
    life.report(signal())
    life.wait(until=10)
    life.act(action(ActionKind.ACKNOWLEDGE, at=11, until=minutes(30)))
    decision = life.wait(until=30)
    assert decision.reasons == (Reason.LAPSED,)
    assert (life.alert.holder, life.alert.until, life.alert.status) == (None, None, AlertStatus.ESCALATED)
    assert life.told == ["on_call", "on_call_second", "on_call"]


def test_a_lapsed_acknowledgement_of_an_import_tells_nobody() -> None:
    life = Life()
    life.report(signal(history=True))
    life.act(action(ActionKind.ACKNOWLEDGE, until=minutes(30)))
    life.wait(until=31)
    assert not life.made
    assert life.alert.status is AlertStatus.RAISED


def test_several_alerts_of_one_patient_escalate_together() -> None:
    life = Life()
    life.report(signal("a1"))
    life.report(signal("a2"))
    decision = life.wait(until=10)
    assert decision.reasons == (Reason.UNACKNOWLEDGED,) * 2
    assert [alert.alert_id for alert in decision.changed] == ["a1", "a2"]
    assert len(life.made) == 4


def test_months_without_an_answer_do_not_make_the_record_grow() -> None:
    life = Life()
    life.report(signal())
    sizes = []
    for hour in range(1, 1_000):
        life.wait(until=60 * hour)
        for one in life.record.pending:
            told = f"done-{one.notification_id}"
            life.act(action(ActionKind.DELIVERED, told, at=60 * hour, notification_id=one.notification_id))
        sizes.append(len(pack(life.record)))
    assert max(sizes) < 20_000
    assert life.alert.history[0].what == "raised"
    assert life.alert.history[-1].at == minutes(60 * 999)
    assert len(life.told) > 900
