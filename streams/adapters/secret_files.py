"""Files that only their owner may read: keys and the small databases beside them.

Used by the vault, by the issuer of tokens, and for events that an operator edits.
"""

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

from streams.errors import Misconfigured

OWNER_ONLY = 0o600


def secret_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """What is in `path`; when there is no such file, what `make` returns, kept there from now on.

    Two processes that start together agree on one secret.

    Raises:
        Misconfigured: others may read the file, or it cannot be read or written.
    """
    try:
        if not path.exists():
            _create(path, make())
        if os.name == "posix" and path.stat().st_mode & 0o077:
            raise Misconfigured(f"{path} can be read by others; allow its owner alone (chmod 600)")
        return path.read_bytes()
    except OSError as error:
        raise Misconfigured(f"cannot keep a secret in {path}: {error.strerror}") from error


def write_private(path: Path, content: bytes) -> None:
    """Put `content` into `path`, new or not, for its owner alone.

    Raises:
        Misconfigured: it cannot be written.
    """
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as file:
            os.fchmod(file.fileno(), OWNER_ONLY)
            file.write(content)
    except OSError as error:
        raise Misconfigured(f"cannot write {path}: {error.strerror}") from error


def secret_database(path: Path, schema: str) -> None:
    """Make the SQLite database `path` with `schema`, which must do nothing where it was applied before.

    Raises:
        Misconfigured: it cannot be made or is no database.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
        connection = sqlite3.connect(path, timeout=10)
        try:
            # Readers never wait for a writer, and a power cut loses nothing that was promised.
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(schema)
        finally:
            connection.close()
    except (OSError, sqlite3.Error) as error:
        raise Misconfigured(f"cannot use the database {path}: {error}") from error


def _create(path: Path, secret: bytes) -> None:
    """Write beside and link into place: the file is whole as soon as it is there, and the first one stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
