from collections.abc import Callable
from typing import Any

import orjson
import pytest

from schemas.reading import Accepted, Rejection, read_event

DATA: dict[str, dict[str, Any]] = {
    "check-in.v1": {"mood": 6},
    "interaction.v1": {"person_id": "m", "kind": "conflict", "valence": -2},
    "questionnaire.v1": {"instrument": "PHQ-9", "items": {"1": 0}},
    "life-event.v1": {"kind": "move", "date": "2026-01-31"},
    "safety.v1": {"kind": "crisis"},
    "person.v1": {"person_id": "m"},
    "prompt.v1": {"id": "pr", "scheduled_at": "2026-11-20T21:00:00+01:00"},
    "heartbeat.v1": {},
    "episode.v1": {
        "episode_id": "e",
        "modality": "individual",
        "focus": "depression",
        "arm": "ipt",
        "opened_on": "2026-09-01",
    },
    "phase.v1": {"episode_id": "e", "phase": "middle", "starts_on": "2026-10-01"},
    "goal.v1": {"episode_id": "e", "goal_id": "g", "what": "set"},
    "strategy.v1": {
        "episode_id": "e",
        "strategy_id": "s",
        "what": "set",
        "goal_id": "g",
        "replaces_pattern": "silence",
    },
    "session.v1": {"episode_id": "e", "session_id": "se", "status": "held", "on": "2026-09-02"},
    "membership.v1": {"group_id": "gr", "joined_on": "2026-09-01"},
}


def envelope(kind: str = "check-in.v1", data: Any = None, **changes: Any) -> dict[str, Any]:
    base = {"specversion": "1.0", "id": "e-1", "source": "app/1", "type": kind, "subject": "p-1"}
    return base | {"time": "2026-11-20T21:03:00+01:00", "data": DATA[kind] if data is None else data} | changes


@pytest.fixture
def event() -> Callable[..., dict[str, Any]]:
    """An event as a phone builds it: `event(kind, data, **envelope)`."""
    return envelope


@pytest.fixture
def read() -> Callable[..., Accepted | Rejection]:
    """Read such an event: `read(kind, data, **envelope)`."""

    def reading(kind: str = "check-in.v1", data: Any = None, **changes: Any) -> Accepted | Rejection:
        return read_event(orjson.dumps(envelope(kind, data, **changes)))

    return reading
