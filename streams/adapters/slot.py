"""A name for each of several workers that were all told the same one: the first number nobody else has.

Containers of one service cannot be told apart by their settings. `analysis-{slot}` makes them `analysis-1`,
`analysis-2` and so on, for as long as each lives; whoever comes after takes over membership and state folder of the one
that is gone.
Called by `ipt-pulse worker`.
"""

from itertools import count
from pathlib import Path

from filelock import FileLock, Timeout

from streams.errors import Misconfigured

MARK = "{slot}"


class Slot:
    """A name that is ours while this is kept, at most until the process ends, however it ends: the kernel locks it."""

    def __init__(self, name: str, lock: FileLock | None) -> None:
        self.name = name
        self._lock = lock


def take_slot(pattern: str, folder: Path) -> Slot:
    """The name that `pattern` stands for, with the lowest number that is free in `folder`.

    Raises:
        Misconfigured: `folder` cannot be written.
    """
    if MARK not in pattern:
        return Slot(pattern, None)
    for number in count(1):
        name = pattern.replace(MARK, str(number))
        lock = FileLock(folder / f"{name}.slot")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout:
            continue
        except OSError as error:
            raise Misconfigured(f"cannot take a slot in {folder}: {error.strerror}") from error
        return Slot(name, lock)
    raise AssertionError  # numbers do not run out
