"""The tokens that `influx setup` hands out, in files that their owner alone may read.

`grafana sync` takes them from here: a data source gets the read token of its own bucket and no other.
"""

from pathlib import Path

from streams.adapters.secret_files import secret_file


def reader_file(keys: Path, bucket: str) -> Path:
    """Where the read token of a bucket lies."""
    return keys / "influxdb" / f"{bucket}.reader"


def writer_file(keys: Path) -> Path:
    """Where the token lies that `worker timeseries` writes with."""
    return keys / "influxdb" / "writer"


def known_token(file: Path) -> str | None:
    """The token in `file`, if there is one."""
    return secret_file(file, bytes).decode() if file.exists() else None


def keep_token(file: Path, token: str) -> None:
    """Let `file` hold this token."""
    if known_token(file) != token:
        file.unlink(missing_ok=True)
        secret_file(file, token.encode)
