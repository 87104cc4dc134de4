"""Events of made-up patients in the order of their times: whoever hears them in that order hears nothing late."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2025, 1, 6, tzinfo=UTC)
CHECK_INS = (9, 13, 18)
A_DAY = 5
"""Events of a patient on one day, calls for help apart."""
CALLS = 0.01
"""Calls for help a patient and day."""

Event = tuple[bytes, bytes]
"""Key and value of a record of `patient.events`."""


def cohort(count: int, *, patients: int, seed: int) -> list[Event]:
    """`count` events: check-ins, somebody met, a questionnaire or a sign of life every day, and now and then a call.

    Every third patient's mood falls when seven tenths of the days are over.
    """
    chance = random.Random(seed)  # noqa: S311 -- moods, not secrets
    falls = 0.7 * count / (patients * (A_DAY + CALLS))
    events: list[Event] = []
    day = 0
    while len(events) < count:
        events += [event for _, event in sorted(_day(day, patients, chance, fallen=day > falls))]
        day += 1
    return events[:count]


def call_for_help(patient: str, at: datetime, number: int) -> Event:
    """An event that pages."""
    return patient.encode(), _event(patient, "safety.v1", f"call-{number}", at, {"kind": "wants_contact"})


def _day(day: int, patients: int, chance: random.Random, *, fallen: bool) -> Iterator[tuple[datetime, Event]]:
    for number in range(patients):
        patient = f"p-{number}"
        minutes = timedelta(days=day, minutes=number % 60, seconds=number // 60)
        low = 4 * (fallen and number % 3 == 0)
        said: list[tuple[float, str, dict[str, Any]]] = [
            (hour, "check-in.v1", {"mood": max(0, min(10, round(chance.gauss(6 - low, 1.2))))}) for hour in CHECK_INS
        ]
        said.append((14, "interaction.v1", {"person_id": chance.choice("abc"), "kind": "conflict", "valence": -2}))
        items = {str(item): min(3, 1 + low // 2) for item in range(1, 9)} | {"9": 0}
        weekly = (day + number) % 7 == 0
        phq9 = {"instrument": "PHQ-9", "items": items}
        said.append((20, "questionnaire.v1", phq9) if weekly else (20, "heartbeat.v1", {}))
        if chance.random() < CALLS:
            said.append((21, "safety.v1", {"kind": "wants_contact"}))
        for hour, kind, data in said:
            at = START + minutes + timedelta(hours=hour)
            yield at, (patient.encode(), _event(patient, kind, f"{kind}-{day}-{hour}", at, data))


def _event(patient: str, kind: str, name: str, at: datetime, data: dict[str, Any]) -> bytes:
    envelope = {"specversion": "1.0", "id": name, "source": "app/1", "type": kind, "subject": patient}
    return json.dumps(envelope | {"time": at.isoformat(), "data": data}).encode()
