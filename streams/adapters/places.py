"""Whose points these are: a header on records of `points`, and the bucket of InfluxDB that it stands for.

Isolation between care teams rests on it: a bucket is what a read token opens. Without a header points belong to no team
yet, and of a clinic with several teams nobody but the operator reads those. Called by whoever makes points, by the
store agent, and by the commands that set InfluxDB and Grafana up.
"""

from collections.abc import Iterable, Sequence
from typing import Final

HEADER: Final = "place"
HERE: Final = ""
"""Of no team: all there is where one team is on its own."""
OPERATIONS: Final = "_operations"
"""How the pipeline is; no team can be called so."""

Headers = tuple[tuple[str, bytes], ...]


def headers_for(place: str | None) -> Headers:
    """The headers of a record of points of `place`."""
    return ((HEADER, place.encode()),) if place else ()


def place_of(headers: Sequence[tuple[str, bytes]]) -> str:
    """Whose the points under these headers are."""
    return next((value.decode(errors="replace") for name, value in headers if name == HEADER), HERE)


def places(teams: Iterable[str]) -> tuple[str, ...]:
    """All places of a clinic with these care teams; one team on its own needs no second bucket."""
    named = tuple(teams)
    return (HERE, OPERATIONS, *named) if named else (HERE,)


def bucket_of(base: str, place: str) -> str:
    """The bucket of a place, where that of `HERE` is called `base`; on InfluxDB 1.8 the database."""
    if place in {HERE, OPERATIONS}:
        return base + place
    return f"{base}-{place}"
