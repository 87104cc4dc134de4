from datetime import UTC, date, datetime

import orjson
import pytest

from deploy.demo.tally import Seen, Tally
from schemas.alerts import ActionKind, Alert, AlertAction, AlertStatus, Notification, Severity
from streams.core.series.health import health_points
from streams.topics import ACTIONS, ALERTS, EVENTS, NOTIFICATIONS, POINTS, REJECTED

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def event(number: int, *, offset: int, partition: int = 0) -> Seen:
    value = orjson.dumps({"subject": "p", "source": "app", "id": str(number)})
    return Seen(EVENTS, partition, offset, value, {})


def alert(
    alert_id: str,
    *,
    rule: str = "deterioration.mood",
    imported: bool = False,
    version: int = 1,
    status: AlertStatus = AlertStatus.RAISED,
) -> Seen:
    made = Alert(
        alert_id=alert_id,
        patient="p",
        rule=rule,
        severity=Severity.HIGH,
        raised_at=NOW,
        since=date(2026, 3, 1),
        evidence={},
        policy_version="1",
        status=status,
        version=version,
        imported=imported,
    )
    return Seen(ALERTS, 0, 0, made.model_dump_json().encode(), {})


def notification(notification_id: str) -> Seen:
    made = Notification(
        notification_id=notification_id,
        alert_id="a",
        patient="p",
        step=0,
        recipient="on_call",
        severity=Severity.CRITICAL,
        created_at=NOW,
    )
    return Seen(NOTIFICATIONS, 0, 0, made.model_dump_json().encode(), {})


def action(kind: ActionKind, notification_id: str | None) -> Seen:
    made = AlertAction(
        action_id="x", alert_id="a", patient="p", kind=kind, at=NOW, by="webhook", notification_id=notification_id
    )
    return Seen(ACTIONS, 0, 0, made.model_dump_json().encode(), {})


def test_copies_of_an_event_count_once() -> None:
    tally = Tally()
    for offset, number in enumerate([1, 2, 1, 3, 3]):
        tally.take(event(number, offset=offset))
    assert tally.accepted == 3


def test_analysed_are_the_accepted_events_before_the_committed_offset() -> None:
    tally = Tally()
    for offset, number in enumerate([1, 2, 1, 3]):
        tally.take(event(number, offset=offset))
    tally.take(event(9, offset=0, partition=1))
    assert tally.analysed == 0
    tally.analysed_up_to({0: 3})
    assert tally.analysed == 2
    tally.analysed_up_to({0: 4, 1: 1})
    assert tally.analysed == tally.accepted == 4


@pytest.mark.parametrize("value", [b"{", b"[1]", b"{}", b"\xff", b"null", None])
def test_what_is_no_event_is_not_accepted(value: bytes | None) -> None:
    tally = Tally()
    tally.take(Seen(EVENTS, 0, 0, value, {}))
    assert tally.accepted == 0


def test_rejected_are_refusals_and_records_set_aside_once_each() -> None:
    tally = Tally()
    tally.refused = 2
    for offset in (b"5", b"5", b"6"):
        tally.take(Seen(REJECTED, 0, 0, b"{", {"offset": offset}))
    tally.take(Seen(REJECTED, 0, 7, b"{", {}))
    assert tally.rejected == 5


def test_a_point_is_its_series_and_time() -> None:
    tally = Tally()
    lines = [b"mood,patient=p mood=3.0 10", b"mood,patient=p mood=4.0 10", b"mood,patient=p mood=3.0 11"]
    tally.take(Seen(POINTS, 0, 0, b"\n".join(lines), {}))
    tally.take(Seen(POINTS, 0, 1, lines[0], {}))
    assert tally.points == 2


def test_points_of_the_processes_own_health_are_not_counted() -> None:
    tally = Tally()
    tally.take(Seen(POINTS, 0, 0, health_points("analysis", {"records": 3}, 10.0).encode(), {}))
    assert tally.points == 0


def test_an_alert_is_told_once_and_counted_by_rule() -> None:
    tally = Tally()
    assert tally.take(alert("one")) is not None
    assert tally.take(alert("one", version=2)) is None
    assert tally.take(alert("two", rule="safety.item9")) is not None
    assert tally.raised == {"deterioration.mood": 1, "safety.item9": 1}


def test_an_imported_alert_is_neither_told_nor_counted_among_the_live() -> None:
    tally = Tally()
    assert tally.take(alert("old", imported=True)) is None
    assert (tally.raised.total(), tally.imported) == (0, 1)


def test_an_imported_alert_that_stands_today_is_told_then() -> None:
    tally = Tally()
    tally.take(alert("old", imported=True))
    assert tally.take(alert("old", version=2)) is not None
    assert tally.take(alert("old", version=3)) is None
    assert (tally.raised.total(), tally.imported) == (1, 0)


def test_a_closed_alert_of_the_past_is_no_longer_listed() -> None:
    tally = Tally()
    tally.take(alert("old", imported=True))
    tally.take(alert("old", imported=True, version=2, status=AlertStatus.CLOSED))
    assert tally.imported == 0


def test_notified_are_messages_that_arrived() -> None:
    tally = Tally()
    for notification_id in ("n1", "n1", "n2", "n3"):
        tally.take(notification(notification_id))
    assert (tally.on_the_way, tally.notified) == (3, 0)
    tally.take(action(ActionKind.DELIVERED, "n1"))
    tally.take(action(ActionKind.DELIVERED, "n1"))
    tally.take(action(ActionKind.UNDELIVERED, "n2"))
    tally.take(action(ActionKind.ACKNOWLEDGE, None))
    assert (tally.on_the_way, tally.notified) == (1, 1)


def test_the_summary_has_the_agreed_names() -> None:
    tally = Tally()
    tally.take(event(1, offset=0))
    tally.take(alert("one"))
    assert tally.summary() == {
        "accepted": 1,
        "rejected": 0,
        "analysed": 0,
        "points": 0,
        "alerts": {"deterioration.mood": 1},
        "notified": 0,
    }
