import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest

from streams.cli.backup.folder import MANIFEST, SUM, Folder, NewFolder
from streams.cli.backup.manifest import VERSION, Manifest
from streams.errors import Misconfigured

KEY = pyrage.x25519.Identity.generate()


def made(path: Path, *recipients: str, version: int = VERSION) -> str:
    to = NewFolder(path, recipients)
    to.add("home/keys/a.key", b"a secret")
    to.add("kafka/points/0/000000", b"points", 3)
    told = Manifest(
        version=version,
        made_at=datetime.now(UTC),
        software="1",
        sealed=to.sealed,
        partitions=4,
        extents={},
        positions=(),
    )
    return to.finish(told)


def checked(folder: Folder) -> int:
    return list(folder.check())[-1]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    made(tmp_path / "b")
    folder = Folder(tmp_path / "b")
    assert checked(folder) == 2
    assert [folder.read(entry) for entry in folder.below("home")] == [b"a secret"]


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    made(tmp_path / "b")
    assert [path for path in (tmp_path / "b").rglob("*") if path.stat().st_mode & 0o077] == []
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_sealed_it_opens_with_its_key_alone(tmp_path: Path) -> None:
    made(tmp_path / "b", str(KEY.to_public()))
    assert not [path for path in (tmp_path / "b").rglob("*.key") if not path.read_bytes().startswith(b"age-")]
    (tmp_path / "key").write_text(f"# created by hand\n{KEY}\n")
    assert checked(Folder(tmp_path / "b", identity=tmp_path / "key")) == 2
    (tmp_path / "key").write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(Misconfigured, match="sealed for another key"):
        checked(Folder(tmp_path / "b", identity=tmp_path / "key"))
    with pytest.raises(Misconfigured, match="name the file with its key by --identity"):
        Folder(tmp_path / "b")


def test_a_torn_one_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "b")
    (tmp_path / "b" / MANIFEST).unlink()
    with pytest.raises(Misconfigured, match="unfinished"):
        Folder(tmp_path / "b")


@pytest.mark.parametrize("change", ["cut", "bit", "gone", "more"])
def test_an_altered_file_is_refused_by_name(tmp_path: Path, change: str) -> None:
    made(tmp_path / "b")
    file = tmp_path / "b" / "kafka" / "points" / "0" / "000000"
    content = file.read_bytes()
    match change:
        case "cut":
            file.write_bytes(content[:-1])
        case "bit":
            file.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        case "gone":
            file.unlink()
        case "more":
            file.with_name("000001").write_bytes(content)
    with pytest.raises(Misconfigured, match=r"kafka/points/0/00000\d"):
        checked(Folder(tmp_path / "b"))


def test_an_altered_manifest_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "b")
    file = tmp_path / "b" / MANIFEST
    told = json.loads(file.read_text())
    file.write_text(json.dumps(told | {"partitions": 8}))
    with pytest.raises(Misconfigured, match=r"manifest\.json is not what was written"):
        Folder(tmp_path / "b")


@pytest.mark.parametrize("name", ["home/../../a.key", "/a.key", "home//etc/a.key", "home/./a.key"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    made(tmp_path / "b")
    told = (tmp_path / "b" / MANIFEST).read_text().replace("home/keys/a.key", name)
    (tmp_path / "b" / MANIFEST).write_text(told)
    (tmp_path / "b" / SUM).write_text(sha256(told.encode()).hexdigest())
    with pytest.raises(Misconfigured, match="no manifest that this version reads"):
        Folder(tmp_path / "b")


def test_another_backup_than_the_expected_one_is_refused(tmp_path: Path) -> None:
    summed = made(tmp_path / "b")
    assert checked(Folder(tmp_path / "b", expected=summed)) == 2
    with pytest.raises(Misconfigured, match="another backup"):
        Folder(tmp_path / "b", expected="0" * 64)


def test_another_version_is_refused(tmp_path: Path) -> None:
    made(tmp_path / "b", version=99)
    with pytest.raises(Misconfigured, match="version 99"):
        Folder(tmp_path / "b")


def test_no_backup_is_written_over_another(tmp_path: Path) -> None:
    made(tmp_path / "b")
    with pytest.raises(Misconfigured, match="not empty"):
        NewFolder(tmp_path / "b", ())


def test_a_recipient_that_is_none_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="--recipient"):
        NewFolder(tmp_path / "b", ("age1nobody",))


@pytest.mark.parametrize("content", ["no key", None])
def test_an_identity_that_is_none_is_told(tmp_path: Path, content: str | None) -> None:
    made(tmp_path / "b", str(KEY.to_public()))
    if content is not None:
        (tmp_path / "key").write_text(content)
    with pytest.raises(Misconfigured, match="--identity"):
        Folder(tmp_path / "b", identity=tmp_path / "key")
