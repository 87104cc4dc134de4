from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest

from streams.adapters.gateway_client import Refused, Sent
from streams.cli.importing.sending import Checkpoint, send_rest
from streams.errors import Unavailable

IDS = [f"id-{number}" for number in range(10)]
EVENTS = [b"{}" for _ in IDS]


class FakeGateway:
    """Takes three events at a time, refuses the first of each three, and can stop answering."""

    def __init__(self, *, answers: int = 99) -> None:
        self.taken = 0
        self._answers = answers

    async def send(self, events: Iterable[bytes]) -> AsyncIterator[Sent]:
        events = list(events)
        for start in range(0, len(events), 3):
            if self._answers == 0:
                raise Unavailable("gone")
            self._answers -= 1
            count = len(events[start : start + 3])
            self.taken += count
            yield Sent(count, count - 1, (Refused(start, None, "bad"),))


async def test_everything_is_sent_and_refusals_are_kept_by_id(tmp_path: Path) -> None:
    told: list[int] = []
    checkpoint = Checkpoint(tmp_path, "http://here", EVENTS)
    await send_rest(FakeGateway(), IDS, EVENTS, checkpoint, told.append)
    assert told == [3, 3, 3, 1]
    assert checkpoint.answered == 10
    assert checkpoint.refused == {"id-0": "bad", "id-3": "bad", "id-6": "bad", "id-9": "bad"}


async def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        await send_rest(FakeGateway(answers=2), IDS, EVENTS, Checkpoint(tmp_path, "http://here", EVENTS), print)
    again = Checkpoint(tmp_path, "http://here", EVENTS)
    assert again.answered == 6
    gateway = FakeGateway()
    await send_rest(gateway, IDS, EVENTS, again, lambda _: None)
    assert gateway.taken == 4
    assert again.refused.keys() == {"id-0", "id-3", "id-6", "id-9"}


async def test_a_complete_import_is_forgotten(tmp_path: Path) -> None:
    checkpoint = Checkpoint(tmp_path, "http://here", EVENTS)
    await send_rest(FakeGateway(), IDS, EVENTS, checkpoint, lambda _: None)
    checkpoint.forget()
    assert Checkpoint(tmp_path, "http://here", EVENTS).answered == 0


async def test_other_events_or_another_gateway_start_at_nothing(tmp_path: Path) -> None:
    await send_rest(FakeGateway(), IDS, EVENTS, Checkpoint(tmp_path, "http://here", EVENTS), lambda _: None)
    assert Checkpoint(tmp_path, "http://there", EVENTS).answered == 0
    assert Checkpoint(tmp_path, "http://here", [*EVENTS, b"[]"]).answered == 0
