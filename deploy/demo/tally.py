"""What has passed each stage, everything counted once however often it travelled. Pure; `watch` feeds it.

`screen` shows it while the demo runs, and `summary` is its last line.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from schemas.alerts import ActionKind, Alert, AlertAction, AlertStatus, Notification
from streams.core.series.health import HEALTH
from streams.topics import ACTIONS, ALERTS, EVENTS, NOTIFICATIONS, POINTS, REJECTED

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Seen:
    """One record as the demo reads it."""

    topic: str
    partition: int
    offset: int
    value: bytes | None
    headers: Mapping[str, bytes]


class Tally:
    """Counts of distinct things, by stage; `refused` are events that the gateway would not take."""

    def __init__(self) -> None:
        self.refused = 0
        self.alerts: dict[str, Alert] = {}
        self._events: set[Identity] = set()
        self._offsets: defaultdict[int, list[int]] = defaultdict(list)
        self._committed: Mapping[int, int] = {}
        self._set_aside: set[tuple[int, str]] = set()
        self._points: set[bytes] = set()
        self._notifications: set[str] = set()
        self._settled: set[str] = set()
        self._delivered: set[str] = set()

    def take(self, record: Seen) -> Alert | None:
        """Count a record; returns an alert when it is new and not imported, or imported and found to stand today."""
        if record.value is None:
            return None
        if record.topic == ALERTS:
            return self._take_alert(Alert.model_validate_json(record.value))
        if record.topic == EVENTS:
            self._take_event(record, record.value)
        elif record.topic == REJECTED:
            offset = record.headers.get("offset", b"").decode() or f"as {record.offset}"
            self._set_aside.add((record.partition, offset))
        elif record.topic == POINTS:
            self._points.update(_series_and_time(line) for line in record.value.splitlines() if not _of_health(line))
        elif record.topic == NOTIFICATIONS:
            self._notifications.add(Notification.model_validate_json(record.value).notification_id)
        elif record.topic == ACTIONS:
            self._take_action(AlertAction.model_validate_json(record.value))
        return None

    def analysed_up_to(self, committed: Mapping[int, int]) -> None:
        """Note how far the analysis has come: partition to the offset it would go on from."""
        self._committed = committed

    @property
    def accepted(self) -> int:
        """Events that Kafka has."""
        return len(self._events)

    @property
    def rejected(self) -> int:
        """Events and records that could not be read, at the gateway or behind it."""
        return self.refused + len(self._set_aside)

    @property
    def analysed(self) -> int:
        """Accepted events that the analysis is done with."""
        return sum(bisect_left(offsets, self._committed.get(at, 0)) for at, offsets in self._offsets.items())

    @property
    def points(self) -> int:
        """Points for InfluxDB; those of the processes' own health, which grow with the time alone, are left out."""
        return len(self._points)

    @property
    def raised(self) -> Counter[str]:
        """Alerts by rule, without those that were imported."""
        return Counter(alert.rule for alert in self.alerts.values() if not alert.imported)

    @property
    def imported(self) -> int:
        """Open alerts of the past, of which nobody was notified: what the inbox lists as imported history."""
        return sum(alert.imported and alert.status is not AlertStatus.CLOSED for alert in self.alerts.values())

    @property
    def notified(self) -> int:
        """Messages that reached somebody."""
        return len(self._delivered)

    @property
    def on_the_way(self) -> int:
        """Messages of which it is not known yet whether they reached anybody."""
        return len(self._notifications - self._settled)

    def summary(self) -> dict[str, Any]:
        """The last line of `demo --once`."""
        return {
            "accepted": self.accepted,
            "rejected": self.rejected,
            "analysed": self.analysed,
            "points": self.points,
            "alerts": dict(sorted(self.raised.items())),
            "notified": self.notified,
        }

    def _take_event(self, record: Seen, value: bytes) -> None:
        try:
            event = orjson.loads(value)
            identity = (event["subject"], event["source"], event["id"])
        except (orjson.JSONDecodeError, KeyError, TypeError):  # the analysis says what is wrong with it
            return
        if identity not in self._events:
            self._events.add(identity)
            self._offsets[record.partition].append(record.offset)

    def _take_alert(self, alert: Alert) -> Alert | None:
        before = self.alerts.get(alert.alert_id)
        self.alerts[alert.alert_id] = alert
        return alert if not alert.imported and (before is None or before.imported) else None

    def _take_action(self, action: AlertAction) -> None:
        if action.notification_id is None:
            return
        self._settled.add(action.notification_id)
        if action.kind is ActionKind.DELIVERED:
            self._delivered.add(action.notification_id)


def _series_and_time(line: bytes) -> bytes:
    """What makes a point one point: measurement and tags before the first blank, the time after the last."""
    return line.partition(b" ")[0] + b" " + line.rpartition(b" ")[2]


def _of_health(line: bytes) -> bool:
    return line.startswith(f"{HEALTH},".encode())
