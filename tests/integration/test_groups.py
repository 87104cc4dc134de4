"""A group whose members lie on different partitions of a real Kafka: one alert, one notification, and its view."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.kafka import KafkaBroker
from schemas.alerts import Alert, AlertStatus, Notification
from schemas.events import AnyEvent
from schemas.groups import GroupView
from streams.adapters.admin import create_topics
from streams.adapters.policy import read_policy
from streams.core.rehearse import rehearse
from streams.topics import ALERTS, EVENTS, GROUP_VIEWS, NOTIFICATIONS
from streams.transport.outbox import hashed
from tests.core.builders import heartbeat
from tests.core.group.members import GROUP, life
from tests.integration.workers import Worker, consume, policy_at_any_hour, produce, records, running, wait

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 4
RULE = "group.deterioration"
MEMBERS = [f"member-{at}" for at in range(8)]
WORSE = MEMBERS[:5]


@pytest.fixture(scope="module")
def own_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker whose topics nobody else writes to: the workers' names for them are fixed."""
    with KafkaBroker(tmp_path_factory.mktemp("kafka")) as broker:
        create_topics(broker.bootstrap, PARTITIONS)
        yield broker.bootstrap


def sent(kafka: str, events: list[AnyEvent]) -> None:
    produce(kafka, EVENTS, [(event.subject.encode(), event.to_json()) for event in events])


def of_group(kafka: str) -> list[Alert]:
    alerts = map(Alert.model_validate_json, consume(kafka, ALERTS).values())
    return [alert for alert in alerts if alert.rule == RULE]


def members_known(kafka: str) -> int:
    value = consume(kafka, GROUP_VIEWS).get(GROUP.encode())
    view = GroupView.model_validate_json(value) if value else None
    return 0 if view is None else sum(row.judged or 0 for row in view.sessions)


@pytest.mark.timeout(600)  # three starts of a worker on a busy machine
def test_members_on_several_partitions_raise_one_alert_and_tell_one_leader(own_kafka: str, tmp_path: Path) -> None:
    assert len({hashed(member.encode()) % PARTITIONS for member in WORSE}) > 2
    events = [event for member in MEMBERS for event in life(member, worse=member in WORSE)]
    [expected] = [alert for alert in rehearse((e.to_json() for e in events), read_policy()).alerts if alert.of_group]
    policy = {"IPT_PULSE_POLICY": str(policy_at_any_hour(tmp_path / "policy"))}
    analysis, alerting = (Worker(name, own_kafka, tmp_path, **policy) for name in ("analysis", "alerting"))
    with running(alerting):
        with running(analysis):
            sent(own_kafka, events[: len(events) // 2])
            wait(lambda: members_known(own_kafka) >= 1)
        with running(analysis):  # killed and started again, with half of it still to come, and all of it once more
            sent(own_kafka, events)
            wait(lambda: members_known(own_kafka) == len(MEMBERS))
            sent(own_kafka, [heartbeat(61, subject=member) for member in MEMBERS])
            wait(lambda: {alert.status for alert in of_group(own_kafka)} == {AlertStatus.NOTIFIED})
            wait(lambda: of_group(own_kafka)[0].evidence == expected.evidence)
        assert alerting.stop() == 0
    [alert] = of_group(own_kafka)
    assert (alert.alert_id, alert.patient, alert.since) == (expected.alert_id, GROUP, expected.since)
    assert [line.to for line in alert.history if line.what == "notified"] == ["group_leader"]
    made = [Notification.model_validate_json(value) for _, value in records(own_kafka, NOTIFICATIONS)]
    assert Counter(one.recipient for one in made if one.alert_id == alert.alert_id) == {"group_leader": 1}
