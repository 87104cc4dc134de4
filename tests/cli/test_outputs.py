from pathlib import Path

import pytest

from streams.cli.outputs import require_writable
from streams.errors import Misconfigured


def test_what_can_be_written_is_left_as_it_is(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("kept")
    require_writable(there, tmp_path / "new", None, Path("/dev/null"))
    assert there.read_text() == "kept"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("name", "why"), [("", "it is a folder"), ("no/such", "there is no folder"), ("f/x", "folder")]
)
def test_what_cannot_is_named(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "f").touch()
    with pytest.raises(Misconfigured, match=why):
        require_writable(tmp_path / name)
