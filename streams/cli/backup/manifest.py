"""What a backup says of itself: written last, so that a folder without it is unfinished."""

from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

VERSION = 1


def _within(path: str) -> str:
    """Whoever made a backup chose its names: none of them may lead out of the folder into which it is brought back."""
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts or str(plain) != path:
        raise ValueError("leads out of the backup")
    return path


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Entry(_Kept):
    """One file."""

    path: Annotated[str, AfterValidator(_within)]
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
