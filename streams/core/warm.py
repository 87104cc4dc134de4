"""Before the first patient waits: everything that is compiled is compiled by then. Called when a worker starts.

It takes some seconds the first time on a machine, which inside of a batch would hold up the worker's heartbeats.
"""

from datetime import UTC, datetime, timedelta

from schemas.events import AnyEvent, CheckInEvent, InteractionEvent
from streams.core.analyse import advance
from streams.core.packed import pack_front
from streams.core.policy import Policy

DAYS = 40
"""Until then days are judged, answers counted, and reports and interactions have passed the horizon."""


def warm_up(policy: Policy) -> None:
    """Let somebody live for some weeks whom there is not."""
    packed = None
    for day in range(DAYS):
        for offset, event in enumerate(_said_on(day), 2 * day):
            packed = pack_front(advance("nobody", packed, [event], policy, offsets=[offset], now=0).front)


def _said_on(day: int) -> list[AnyEvent]:
    envelope = {"specversion": "1.0", "source": "warm-up", "subject": "nobody"}
    at = datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
    check_in = {"id": f"m{day}", "type": "check-in.v1", "time": at, "data": {"mood": 5}}
    with_somebody = {"person_id": "a", "kind": "support", "valence": 1}
    met = {"id": f"i{day}", "type": "interaction.v1", "time": at + timedelta(hours=1), "data": with_somebody}
    said: list[AnyEvent] = [CheckInEvent.model_validate(envelope | check_in)]
    if day % 10 == 0:
        said.append(InteractionEvent.model_validate(envelope | met, strict=False))
    return said
