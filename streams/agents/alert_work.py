"""What one batch or tick does to the alerts of a partition, gathered into one step."""

from collections.abc import Callable, Iterable

from schemas.alerts import Alert, Notification
from schemas.model import Message
from streams.adapters.places import headers_for
from streams.core.alerts import Decision, PatientAlerts, Reason, pack, unpack
from streams.core.series.alert import alert_points
from streams.topics import ALERTS, NOTIFICATIONS, POINTS
from streams.transport import Output, State, Step


class AlertWork:
    """Decisions about some patients, one after the other."""

    def __init__(self, partition: int, patients: Iterable[bytes], state: State) -> None:
        self.partition = partition
        self.touched: set[bytes] = set()
        self.too_many = 0
        keys = list(dict.fromkeys(patients))
        self._records = dict(zip(keys, map(unpack, state.get_many(keys)), strict=True))
        self._before = {
            case.alert.alert_id: case.alert for record in self._records.values() for case in record.cases.values()
        }
        self._alerts: dict[str, Alert] = {}
        self._made: list[Notification] = []

    def take(self, patient: bytes, decide: Callable[[PatientAlerts], Decision]) -> None:
        """Decide on the patient's record as earlier decisions left it."""
        decision = decide(self._records[patient])
        self.too_many += decision.reasons.count(Reason.TOO_MANY)
        if decision.record is not self._records[patient]:
            self._records[patient] = decision.record
            self.touched.add(patient)
        self._alerts |= {alert.alert_id: alert for alert in decision.changed}
        self._made += decision.made

    def step(self) -> Step:
        """All of it: each changed alert as it stands in the end, with its points; notifications; touched records."""
        alerts = [self._output(ALERTS, f"{alert.patient}/{alert.alert_id}", alert) for alert in self._alerts.values()]
        made = [self._output(NOTIFICATIONS, notification.patient, notification) for notification in self._made]
        points = [self._points(alert) for alert in self._alerts.values()]
        return Step(
            [*alerts, *made, *points], {patient: pack(self._records[patient]) for patient in sorted(self.touched)}
        )

    def _points(self, alert: Alert) -> Output:
        lines = alert_points(alert, self._before.get(alert.alert_id))
        return Output(
            POINTS, alert.patient.encode(), "\n".join(lines).encode(), self.partition, headers_for(alert.care_team)
        )

    def _output(self, topic: str, key: str, message: Message) -> Output:
        # Named, since the key of an alert would hash to another partition than its patient's.
        return Output(topic, key.encode(), message.model_dump_json(exclude_none=True).encode(), self.partition)
