"""Writes what goes back in into `patient.events`, under its own identity, and then notes that it did.

Killed between the two, or run by two operators at once, an event is written twice: a copy, which analysis drops as it
drops the copies that phones send. So its effect is there once, however often this is repeated, and nothing is lost.
"""

from collections.abc import Callable, Sequence

from streams.adapters.topic import Outgoing
from streams.cli.rejected.fate import Fate
from streams.cli.rejected.filed import went_back

AT_ONCE = 100
"""Events that are written before it is noted: what a kill may have written again."""


def put_back(fates: Sequence[Fate], send: Callable[[Sequence[Outgoing]], object]) -> None:
    """Write those that go in; `send` returns when all replicas have what it is given."""
    for first in range(0, len(fates), AT_ONCE):
        part = [(one.filed, one.outgoing) for one in fates[first : first + AT_ONCE] if one.outgoing is not None]
        send([outgoing for _, outgoing in part])
        send([went_back(filed) for filed, _ in part])
