"""A secret is made once, whole, and for its owner alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from secrets import token_bytes

import pytest

from streams.adapters.secret_files import secret_database, secret_file
from streams.errors import Misconfigured


def test_a_secret_stays(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "secret"
    first = secret_file(path, lambda: b"one")
    assert first == secret_file(path, lambda: b"two") == b"one"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_all_who_start_together_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: secret_file(tmp_path / "secret", lambda: token_bytes(32)), range(64)))
    assert len(set(found)) == 1


def test_a_secret_that_others_can_read_is_none(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"known to all")
    path.chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        secret_file(path, lambda: b"")


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Misconfigured):
        secret_file(tmp_path / "file" / "secret", lambda: b"")
    with pytest.raises(Misconfigured):
        secret_database(tmp_path / "file" / "db.sqlite", "")


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(Misconfigured):
        secret_database(tmp_path / "db.sqlite", "CREATE TABLE IF NOT EXISTS t (a)")
