"""Points on disk while there is no InfluxDB: append-only files of line protocol, sent later by `load-points`.

A segment is `<partition>-<nanoseconds>.open` while it is written and `.lp` once it is whole. A partition has one writer
at a time, so whoever opens a partition may close what its last writer left behind.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

SEGMENT_BYTES = 16 * 1024 * 1024
OPEN, WHOLE = ".open", ".lp"


class Segments:
    """The segments in one folder. A point that is appended twice is one point once it is loaded."""

    def __init__(self, folder: Path, *, limit: int = SEGMENT_BYTES) -> None:
        self._folder = folder
        self._limit = limit
        self._files: dict[int, BinaryIO] = {}

    def opened(self, partition: int) -> None:
        """Make whole what the partition's last writer left open."""
        self.closed(partition)
        for left in self._folder.glob(f"{partition}-*{OPEN}"):
            _make_whole(left)

    def append(self, partition: int, payload: bytes) -> None:
        """Keep lines joined by newlines; they are on the disk when this returns."""
        file = self._files.get(partition) or self._begin(partition)
        file.write(payload + b"\n")
        file.flush()
        os.fsync(file.fileno())
        if file.tell() >= self._limit:
            self.closed(partition)

    def closed(self, partition: int) -> None:
        """The partition is written by somebody else now, or its segment is full."""
        file = self._files.pop(partition, None)
        if file is not None:
            file.close()
            _make_whole(Path(file.name))

    def close(self) -> None:
        """Close all."""
        for partition in tuple(self._files):
            self.closed(partition)

    def _begin(self, partition: int) -> BinaryIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{partition}-{time.time_ns()}{OPEN}"
        # Closed by `closed`: a segment stays open from one batch to the next.
        file = self._files[partition] = path.open("xb")
        _sync_folder(self._folder)
        return file


def points_folder(home: Path, place: str = "") -> Path:
    """Where points of a place wait while there is no InfluxDB."""
    return home / "points" / place


def refused_folder(home: Path, place: str = "") -> Path:
    """Where those lie that InfluxDB refused."""
    return points_folder(home, place) / "refused"


def whole_segments(folder: Path) -> list[Path]:
    """The segments that can be sent, oldest first."""
    return sorted(folder.glob(f"*{WHOLE}"), key=lambda path: int(path.stem.split("-")[-1]))


def open_segments(folder: Path) -> int:
    """How many segments are still being written."""
    return sum(1 for _ in folder.glob(f"*{OPEN}"))


def chunks(segment: Path, size: int) -> Iterator[bytes]:
    """The lines of a segment, about `size` bytes at a time, each chunk without its last newline."""
    with segment.open("rb") as lines:
        while read := lines.readlines(size):
            yield b"".join(read).rstrip(b"\n")


def _make_whole(path: Path) -> None:
    """Cut off a last line that a crash tore, since the half of a number may be a number; then give it its name."""
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
        os.fsync(file.fileno())
    path.rename(path.with_suffix(WHOLE))
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A file's name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
