import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from streams.adapters.trail import Chain
from streams.cli.backup.folder import Folder, NewFolder
from streams.cli.backup.home import POLICY_OF_BACKUP, bring_home, keep_home, require_room
from streams.cli.backup.manifest import VERSION, Manifest
from streams.errors import Misconfigured


def backed_up(home: Path, policy: Path, path: Path) -> Folder:
    to = NewFolder(path, ())
    keep_home(home, policy, to)
    to.finish(Manifest(version=VERSION, made_at=datetime.now(UTC), software="1", sealed=False, partitions=4))
    return Folder(path)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    for name in (
        "keys/issuer.pem",
        "keys/influxdb/writer",
        "points/0-1.lp",
        "workers/analysis/state",
        "gateway/kept.sqlite",
    ):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    (tmp_path / "policy").mkdir()
    (tmp_path / "policy" / "rota.yaml").write_text("teams: []")
    return home


def test_what_cannot_be_made_again_comes_back_and_nothing_else(tmp_path: Path, home: Path) -> None:
    backup = backed_up(home, tmp_path / "policy", tmp_path / "b")
    back = tmp_path / "back"
    require_room(back, backup)
    bring_home(backup, back)
    found = {str(path.relative_to(back)) for path in back.rglob("*") if path.is_file()}
    assert found == {"keys/issuer.pem", "points/0-1.lp", f"{POLICY_OF_BACKUP}/rota.yaml"}
    assert (back / "keys/issuer.pem").stat().st_mode & 0o077 == 0


def test_a_database_is_copied_between_two_transactions(tmp_path: Path, home: Path) -> None:
    with closing(sqlite3.connect(home / "accounts.sqlite")) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE names (name)")
        database.execute("INSERT INTO names VALUES ('dana')")
        database.commit()
        database.execute("INSERT INTO names VALUES ('half done')")
        backup = backed_up(home, tmp_path / "policy", tmp_path / "b")
    bring_home(backup, tmp_path / "back")
    with closing(sqlite3.connect(tmp_path / "back" / "accounts.sqlite")) as back:
        assert back.execute("SELECT name FROM names").fetchall() == [("dana",)]


def test_the_words_of_the_audit_come_back_and_its_chain_begins_anew(tmp_path: Path, home: Path) -> None:
    writer, _ = Chain(home / "trail.sqlite").end()
    with closing(sqlite3.connect(home / "trail.sqlite")) as database, database:
        database.execute("INSERT INTO words VALUES ('h', 'p1', 's', 'called by the ward')")
    bring_home(backed_up(home, tmp_path / "policy", tmp_path / "b"), tmp_path / "back")
    another, _ = Chain(tmp_path / "back" / "trail.sqlite").end()
    assert another != writer
    with closing(sqlite3.connect(tmp_path / "back" / "trail.sqlite")) as back:
        assert back.execute("SELECT words FROM words").fetchall() == [("called by the ward",)]


def test_nothing_is_written_over(tmp_path: Path, home: Path) -> None:
    backup = backed_up(home, tmp_path / "policy", tmp_path / "b")
    with pytest.raises(Misconfigured, match=r"keys/issuer\.pem already"):
        require_room(home, backup)


@pytest.mark.parametrize("left", ["accounts.sqlite-wal", "accounts.sqlite-journal"])
def test_no_database_is_put_beside_what_another_left_behind(tmp_path: Path, home: Path, left: str) -> None:
    sqlite3.connect(home / "accounts.sqlite").close()
    backup = backed_up(home, tmp_path / "policy", tmp_path / "b")
    (tmp_path / "back").mkdir()
    (tmp_path / "back" / left).write_bytes(b"changes of another database")
    with pytest.raises(Misconfigured, match=r"accounts\.sqlite already"):
        require_room(tmp_path / "back", backup)
