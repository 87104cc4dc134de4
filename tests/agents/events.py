"""Events and messages of made-up patients, as they stand in Kafka."""

from typing import Any

import orjson

from schemas.alerts import AlertSignal
from tests.agents.bench import NOW


def event(kind: str, data: dict[str, Any], *, patient: str = "p1", event_id: str = "e1", **more: object) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": "app/1",
            "type": kind,
            "subject": patient,
            "time": NOW.isoformat(),
            "data": data,
            **more,
        }
    )


def crisis(**more: Any) -> bytes:
    return event("safety.v1", {"kind": "crisis", **more.pop("data", {})}, **more)


def phq9(item9: int, **more: Any) -> bytes:
    return event("questionnaire.v1", {"instrument": "PHQ-9", "items": {"9": item9}}, **more)


def episode(care_team: str | None, **more: Any) -> bytes:
    agreed = {
        "episode_id": "t1",
        "modality": "individual",
        "focus": "depression",
        "arm": "ipt",
        "opened_on": "2026-01-05",
    }
    return event("episode.v1", {**agreed, "care_team": care_team}, event_id="t1", **more)


def signal(**fields: object) -> AlertSignal:
    given = {
        "alert_id": "a1",
        "patient": "p1",
        "rule": "deterioration.mood",
        "severity": "high",
        "raised_at": NOW,
        "since": NOW.date(),
        "evidence": {"z": 3.1},
        "change": "raised",
        "policy_version": "1",
        "history": False,
    }
    return AlertSignal.model_validate({**given, **fields}, strict=False)
