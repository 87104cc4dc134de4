"""However often a replay is killed and run again, what it put back counts once, and nothing is left out."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from streams.adapters.topic import Outgoing
from streams.cli.rejected.fate import Fate, fate
from streams.cli.rejected.filed import Filed, filed
from streams.cli.rejected.put_back import AT_ONCE, put_back
from streams.cli.rejected.repair import UNCHANGED
from streams.topics import EVENTS, REJECTED
from tests.agents.test_analyse import Bench, lines
from tests.cli.rejected.samples import Raw
from tests.cli.rejected.samples import filed as sample
from tests.core.builders import START, raw

NOW = START + timedelta(days=60)
SET_ASIDE = [sample(raw("check-in.v1", 50 + n / 40, {"mood": n % 11}), offset=n) for n in range(2 * AT_ONCE + 50)]


class Topics:
    """Takes what is sent, and dies before or after it has taken the n-th batch."""

    def __init__(self) -> None:
        self.taken: list[Outgoing] = []
        self.dies: float = float("inf")

    def send(self, records: Sequence[Outgoing]) -> None:
        self.dies -= 0.5
        if self.dies < 0:
            raise KeyboardInterrupt
        self.taken += records
        self.dies -= 0.5
        if self.dies < 0:
            raise KeyboardInterrupt

    def waiting(self) -> list[Fate]:
        """What a later run finds."""
        records = [Raw(one.place.offset, one.tag.headers(), one.key, one.value, partition=0) for one in SET_ASIDE]
        notes = [one for one in self.taken if one.topic == REJECTED]
        records += [Raw(1000 + n, note.headers, value=None, partition=0) for n, note in enumerate(notes)]
        return [fate(one, UNCHANGED, NOW) for one in filed(records) if one.replayed_at is None]  # type: ignore[arg-type]

    @property
    def events(self) -> list[Outgoing]:
        return [one for one in self.taken if one.topic == EVENTS]


async def analysed(events: Sequence[Outgoing]) -> tuple[Bench, set[str]]:
    bench = Bench()
    step = await bench.take(bench.batch(*((one.key, one.value) for one in events), now=NOW))
    return bench, set(lines(step))


def test_all_go_in_and_a_second_run_finds_nothing_to_do() -> None:
    topics = Topics()
    put_back(topics.waiting(), topics.send)
    assert [one.value for one in topics.events] == [one.value for one in SET_ASIDE]
    assert topics.waiting() == []


@pytest.mark.parametrize("halves", range(12))
async def test_killed_anywhere_and_run_again_it_counts_as_if_run_once(halves: int) -> None:
    whole, points = await analysed([fate(one, UNCHANGED, NOW).outgoing for one in SET_ASIDE])  # type: ignore[misc]
    topics = Topics()
    topics.dies = halves / 2
    with pytest.raises(KeyboardInterrupt):
        put_back(topics.waiting(), topics.send)
    topics.dies = float("inf")
    put_back(topics.waiting(), topics.send)
    assert topics.waiting() == []
    assert len(SET_ASIDE) <= len(topics.events) <= len(SET_ASIDE) + AT_ONCE
    bench, found = await analysed(topics.events)
    assert found == points
    assert bench.record().state == whole.record().state


def test_what_stays_is_not_touched() -> None:
    staying: Filed = sample(b"{")
    topics = Topics()
    put_back([fate(staying, UNCHANGED, NOW)], topics.send)
    assert topics.taken == []
