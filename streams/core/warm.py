"""Before the first patient waits: everything that is compiled is compiled by then. Called when a worker starts.

It takes some seconds the first time on a machine, which inside of a batch would hold up the worker's heartbeats.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from schemas.plain import read_plain
from schemas.reading import Accepted, read_event
from streams.core.advance import advance
from streams.core.arrival import Arrival, Arrived
from streams.core.plain import columns
from streams.core.policy import Policy

DAYS: Final = 40
"""Until then days are judged, answers counted, and reports and interactions have passed the horizon."""
_NOBODY: Final = b"nobody"


def warm_up(policy: Policy) -> None:
    """Let somebody live for some weeks whom there is not."""
    front: bytes | None = None
    bodies: list[bytes | None] = [None]
    for place, raw in enumerate(raw for day in range(DAYS) for raw in _said_on(day)):
        ways = advance(_arrived(place, raw), [front], lambda _: bodies, policy)
        for result in (*ways.short, *ways.long):
            front, bodies[0] = result.front, result.body or bodies[0]


def _said_on(day: int) -> Iterator[bytes]:
    at = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
    yield _event(f"m{day}", "check-in.v1", at, {"mood": 5})
    yield _event(f"n{day}", "check-in.v1", at + timedelta(hours=2), {"mood": 6})
    if day % 10 == 0:
        yield _event(
            f"i{day}", "interaction.v1", at + timedelta(hours=3), {"person_id": "a", "kind": "support", "valence": 1}
        )


def _event(name: str, kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    envelope = {"specversion": "1.0", "source": "warm-up", "subject": _NOBODY.decode()}
    return orjson.dumps(envelope | {"id": name, "type": kind, "time": at, "data": data})


def _arrived(place: int, raw: bytes) -> Arrived:
    [check_in] = read_plain([raw])
    if check_in is not None:
        return Arrived({_NOBODY: [Arrival(place, check_in, raw, 0)]}, columns([check_in]), 0)
    outcome = read_event(raw)
    if not isinstance(outcome, Accepted):
        raise TypeError(outcome.reason)
    return Arrived({_NOBODY: [Arrival(place, outcome.event, raw)]}, columns(()), 0)
