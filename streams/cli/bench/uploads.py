"""Made-up events as phones and back-ends would send them now. Used by `bench gateway` and `bench latency`."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from streams.cli.bench.course import patient_key


def event(patient: str, number: str, kind: str, data: Mapping[str, Any], *, ago: timedelta = timedelta(0)) -> bytes:
    """One CloudEvent of `patient`, `ago` before now."""
    return json.dumps(
        {
            "specversion": "1.0",
            "id": number,
            "source": "app/bench",
            "type": kind,
            "subject": patient,
            "time": (datetime.now(UTC) - ago).isoformat(),
            "data": data,
        },
        separators=(",", ":"),
    ).encode()


def check_ins(patients: int, *, run: str) -> Iterator[bytes]:
    """Check-ins without end, patients taking turns; `run` tells them from those of another."""
    number = 0
    while True:
        affects = {"sad": number % 11, "anxious": number % 7}
        data = {"mood": number % 11, "affects": affects}
        yield event(patient_key(number % patients).decode(), f"{run}-{number}", "check-in.v1", data)
        number += 1


def phq9(patient: str, number: str, answers: int, *, item9: int = 0, ago: timedelta = timedelta(0)) -> bytes:
    """A PHQ-9 with the same answer to all items but the ninth."""
    items = {str(item): answers for item in range(1, 9)} | {"9": item9}
    return event(patient, number, "questionnaire.v1", {"instrument": "PHQ-9", "items": items}, ago=ago)
