"""A made-up cohort through gateway, Kafka and workers gives what `rehearse` gives: in time, and up to ten days late.

The clock closes no day here, since all comes within the time that a phone is given to send what it has; each patient's
last report closes the days before.
"""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from deploy.local.layout import Layout
from deploy.local.pipeline import up
from deploy.local.stack import down
from schemas.alerts import Alert, Finding, Notification
from streams.adapters.policy import read_policy
from streams.core.rehearse import rehearse
from streams.simulate.cohort import cohort
from streams.simulate.mint import Event, Timed
from streams.topics import NOTIFICATIONS
from tests.integration.imports import bare_environment, processed
from tests.integration.workers import records

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(600)]

END = datetime(2026, 3, 2, 12, tzinfo=UTC)
PATIENTS, DAYS = 10, 70
OF_GROUPS = "group.deterioration"
"""Groups come together behind the views, and have a test of their own."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Layout]:
    layout = up(tmp_path / "home", influxdb=False)
    try:
        yield layout
    finally:
        down(layout.home)


def a_cohort(seed: int) -> list[Timed]:
    """Everybody's events in order of time, each patient's last one a check-in at the end."""
    events = [timed for told, _ in cohort(PATIENTS, DAYS, END, seed) for timed in told]
    patients = sorted({event["subject"] for _, event in events})
    events += ((END, last_report(patient)) for patient in patients)
    return sorted(events, key=lambda timed: timed[0])


def last_report(patient: str) -> Event:
    named = {"specversion": "1.0", "id": "last", "source": "app/last", "type": "check-in.v1", "subject": patient}
    return {**named, "time": END.isoformat(), "data": {"mood": 5}}


def send(stack: Layout, events: Sequence[Event]) -> None:
    """In this order: one batch after the other."""
    file = stack.home / "events.ndjson"
    file.write_bytes(b"".join(orjson.dumps(event) + b"\n" for event in events))
    command = [sys.executable, "-P", "-m", "deploy.cli", "send", str(file), "--parallel", "1"]
    subprocess.run(command, env=bare_environment(stack), check=True, capture_output=True, timeout=200)


def rehearsed(events: Sequence[Timed]) -> list[Finding]:
    found = rehearse((orjson.dumps(event) for _, event in events), read_policy())
    return [alert for alert in found.alerts if alert.rule != OF_GROUPS]


def alerts(stack: Layout) -> list[Alert]:
    return [alert for alert in processed(stack).alerts.values() if alert.rule != OF_GROUPS]


def pages(stack: Layout) -> Counter[str]:
    """How many messages were made about each alert."""
    told = {Notification.model_validate_json(value) for _, value in records(stack.kafka, NOTIFICATIONS)}
    return Counter({one.notification_id: one.alert_id for one in told}.values())


def about(finding: Finding) -> tuple[object, ...]:
    """What it says; a safety alert is raised when its event was received, which is now."""
    safety = finding.rule.startswith("safety.")
    said = () if safety else (finding.raised_at, orjson.dumps(finding.evidence, option=orjson.OPT_SORT_KEYS))
    return finding.patient, finding.rule, finding.since, finding.severity, *said


def test_a_cohort_in_time_gives_the_alerts_of_a_rehearsal_id_for_id(stack: Layout) -> None:
    events = a_cohort(seed=10)
    expected = rehearsed(events)
    assert {"deterioration.mood", "safety.item9", "silence"} <= {alert.rule for alert in expected}
    send(stack, [event for _, event in events])
    found = alerts(stack)
    assert {alert.alert_id: about(alert) for alert in found} == {alert.alert_id: about(alert) for alert in expected}
    assert not any(alert.revised for alert in found)
    assert set(pages(stack).values()) == {1}


def test_a_cohort_up_to_ten_days_late_gives_the_same_findings_and_pages_nobody_twice_for_one(stack: Layout) -> None:
    chance = random.Random(12)  # noqa: S311 - made-up delays
    events = a_cohort(seed=12)
    expected = rehearsed(events)
    assert {"deterioration.mood", "silence"} <= {alert.rule for alert in expected}
    late = [(time + timedelta(days=chance.uniform(0, 10)), chance.random(), event) for time, event in events]
    late += [(time + timedelta(days=1), again, event) for time, again, event in late if chance.random() < 0.1]
    send(stack, [event for *_, event in sorted(late, key=lambda arrival: arrival[:2])])
    found = alerts(stack)
    assert Counter(about(alert) for alert in found if not alert.revised) == Counter(map(about, expected))
    assert set(pages(stack).values()) == {1}
