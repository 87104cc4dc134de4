"""What of the home cannot be made again: keys and the vault, accounts, devices, points that wait, imports half done.

The rest of it is read anew from Kafka. Tokens of InfluxDB are left out: a new one hands out others.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from streams.adapters.secret_files import write_private
from streams.cli.backup.folder import Folder, NewFolder
from streams.errors import Misconfigured

FOLDERS = ("keys", "points", "imports")
TRAIL = "trail.sqlite"
DATABASES = ("accounts.sqlite", "devices.sqlite", TRAIL)
LEFT_OUT = "keys/influxdb"
PASSING = ("-wal", "-shm", "-journal", ".lock")
"""Ends of names of files that belong to a process at work."""
LEFT_BEHIND = ("-wal", "-journal")
"""What SQLite would take for the last changes of whatever database it finds beside it."""
HOME, POLICY = "home", "policy"
POLICY_OF_BACKUP = "policy-of-backup"


def keep_home(home: Path, policy: Path, to: NewFolder) -> int:
    """Write it down; returns how many files those are.

    Raises:
        Misconfigured: a file cannot be read.
    """
    count = 0
    for file in _kept(home):
        to.add(f"{HOME}/{file.relative_to(home)}", _content(file))
        count += 1
    for file in sorted(policy.glob("*.yaml")):
        to.add(f"{POLICY}/{file.name}", _content(file))
    return count


def require_room(home: Path, backup: Folder) -> None:
    """Nothing is written over.

    Raises:
        Misconfigured: the home has a file of the backup already.
    """
    for entry in backup.below(HOME):
        place = entry.path.removeprefix(f"{HOME}/")
        if any((home / f"{place}{end}").exists() for end in ("", *LEFT_BEHIND)):
            raise Misconfigured(f"{home} has {place} already: restore into an empty home, before anything is started")


def bring_home(backup: Folder, home: Path) -> int:
    """Put the files back, for their owner alone; the policy beside them, for somebody to compare and choose."""
    for entry in backup.below(HOME):
        _put(home / entry.path.removeprefix(f"{HOME}/"), backup.read(entry))
    for entry in backup.below(POLICY):
        _put(home / POLICY_OF_BACKUP / entry.path.removeprefix(f"{POLICY}/"), backup.read(entry))
    return len(backup.below(HOME))


def _kept(home: Path) -> Iterator[Path]:
    for name in DATABASES:
        if (home / name).exists():
            yield home / name
    for name in FOLDERS:
        for file in sorted((home / name).rglob("*")):
            inside = file.relative_to(home).as_posix()
            if file.is_file() and not inside.startswith(f"{LEFT_OUT}/") and not inside.endswith(PASSING):
                yield file


def _content(file: Path) -> bytes:
    """A database as it stands between two transactions, whoever writes to it."""
    try:
        if file.suffix != ".sqlite":
            return file.read_bytes()
        with closing(sqlite3.connect(file, timeout=10)) as source, closing(sqlite3.connect(":memory:")) as copy:
            source.backup(copy)
            if file.name == TRAIL:  # the audit went on while the topics were read: it begins a chain of its own
                copy.execute("DELETE FROM chain")
                copy.commit()
            return copy.serialize()
    except (OSError, sqlite3.Error) as error:
        raise Misconfigured(f"cannot read {file}: {error}") from error


def _put(file: Path, content: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Misconfigured(f"cannot write {file}: {error.strerror}") from error
    write_private(file, content)
