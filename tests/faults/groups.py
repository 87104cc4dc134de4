"""How far the groups of our workers have come. One client looks, for as long as somebody waits: to connect anew costs
more than to look, and would take from the workers what they are waited for.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager

from kafka import KafkaConsumer, TopicPartition

from streams.topics import ACTIONS, EVENTS, POINTS, SIGNALS

PARTITIONS = 4
GROUPS = {"analysis": (EVENTS,), "alerting": (EVENTS, SIGNALS, ACTIONS), "timeseries": (POINTS,)}

Progress = dict[TopicPartition, tuple[int, int]]
"""Of each topic-partition of a group: where it ends, and how far is committed."""


@contextmanager
def looking(bootstrap: str, *groups: str) -> Iterator[Callable[[], dict[str, Progress]]]:
    """A look at these groups, each time it is called."""
    with ExitStack() as clients:
        by_group = {group: clients.enter_context(_client(bootstrap, group)) for group in groups}
        yield lambda: {group: _progress(client, group) for group, client in by_group.items()}


def _client(bootstrap: str, group: str) -> AbstractContextManager[KafkaConsumer]:
    return closing(KafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False))


def _progress(client: KafkaConsumer, group: str) -> Progress:
    tps = [TopicPartition(topic, number) for topic in GROUPS[group] for number in range(PARTITIONS)]
    # Ends last: what comes in between counts as not done, rather than the other way round.
    done = {tp: client.committed(tp) or 0 for tp in tps}
    return {tp: (end, done[tp]) for tp, end in client.end_offsets(tps).items()}


def lag(progress: Progress) -> int:
    """Records that are not committed yet."""
    return sum(end - done for end, done in progress.values())
