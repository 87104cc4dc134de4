"""What a backup says of itself: written last, so that a folder without it is unfinished."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

VERSION = 1


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Kept):
    """One file."""

    path: str
    sha256: str
    records: int
    """How many it holds; 1 for a file of the home."""


class Extent(_Kept):
    """Where a partition began, at the offset of its first record; of an empty one, where it ended."""

    first: int
    records: int


class Position(_Kept):
    """How far a group has read a partition: the next offset, and what it noted beside it."""

    group: str
    topic: str
    partition: int
    offset: int
    metadata: str = ""


class Manifest(_Kept):
    """All of it."""

    version: int
    made_at: datetime
    software: str
    sealed: bool
    partitions: int
    entries: tuple[Entry, ...] = ()
    extents: dict[str, dict[int, Extent]] = {}
    positions: tuple[Position, ...] = ()
    buckets: dict[str, int] = {}
    """Of InfluxDB, and after how many days points leave them; 0 for never."""
