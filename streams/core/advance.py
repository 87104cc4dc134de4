"""What one batch brings, taken in for all of its patients: from rows and events to rows, points and findings.

Whoever said nothing but plain check-ins goes the short way as far as it leads, all of them at once; the others, and
what is left, go the long way of `analyse` one by one. Called by the analysis agent.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from streams.core.analyse import Analysis, analyse
from streams.core.arrival import Arrived
from streams.core.at_once import Plain, ReadBodies, Short, go_the_short_way
from streams.core.moments import Micros
from streams.core.packed import due, pack, unpack
from streams.core.policy import Policy


class Advanced(NamedTuple):
    """What follows for one patient."""

    patient: bytes
    front: bytes
    body: bytes | None
    """None where it stays as it was."""
    due: Micros
    """When something is due for them next; 0 for never."""
    points: str
    """Line protocol."""
    beyond: Analysis | None
    """What follows besides, if the long way was taken."""


class Ways(NamedTuple):
    """What follows for the patients of a batch."""

    short: list[Advanced]
    """Those who went the short way to its end."""
    long: Iterator[Advanced]
    """The others, each of whom is analysed when their turn comes."""


def advance(batch: Arrived, fronts: Sequence[bytes | None], read_bodies: ReadBodies, policy: Policy) -> Ways:
    """Take a batch in.

    Args:
        batch: what is new.
        fronts: the front rows of its patients, in their order; None where nobody heard of them yet.
        read_bodies: gives their body rows.
        policy: thresholds and population values.
    """
    plain: list[Plain] = []
    others: dict[bytes, Short] = {}
    for (patient, arrivals), front in zip(batch.events.items(), fronts, strict=True):
        if front is not None and all([one.row >= 0 for one in arrivals]):  # noqa: C419 -- a generator takes longer
            plain.append(Plain(patient, arrivals, front))
        else:
            others[patient] = Short(0, front or b"", 0, "")
    through = []
    for (patient, arrivals, _), way in zip(plain, go_the_short_way(plain, batch, read_bodies, policy), strict=True):
        if way.taken == len(arrivals):
            through.append(Advanced(patient, way.front, None, way.due, way.points, None))
        else:
            others[patient] = way
    return Ways(through, _one_by_one(others, batch, read_bodies, policy))


def _one_by_one(
    others: Mapping[bytes, Short], batch: Arrived, read_bodies: ReadBodies, policy: Policy
) -> Iterator[Advanced]:
    """The long way of each, from the first event on that could not go the short one."""
    patients = list(others)
    for patient, body in zip(patients, read_bodies(patients) if patients else (), strict=True):
        short = others[patient]
        record, rest = unpack(short.front or None, body), batch.events[patient][short.taken :]
        replayed = sum(one.offset <= record.heard_through for one in rest)
        events = [one.whole() for one in rest]
        beyond = analyse(patient.decode(), record, events, policy, closes=None, now=batch.now, replayed=replayed)
        through, at = max(record.heard_through, rest[-1].offset), max(record.heard_at, batch.now)
        rows = pack(replace(beyond.record, heard_through=through, heard_at=at))
        points = "\n".join(([short.points] if short.points else []) + list(beyond.points))
        yield Advanced(patient, *rows, due(rows.front), points, beyond)
