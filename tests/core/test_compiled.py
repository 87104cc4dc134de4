from pathlib import Path

import numba
import pytest

from streams.core import compiled


def test_what_was_compiled_is_kept_for_this_state_of_the_core_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Path(numba.config.CACHE_DIR).name == compiled._state_of_the_core()
    monkeypatch.setattr(compiled, "_CORE", tmp_path)
    (tmp_path / "deeper").mkdir()
    states = set()
    for text in ("ROW = 28", "ROW = 23"):  # of another file than the one that counts by it
        (tmp_path / "deeper" / "moods.py").write_text(text)
        states.add(compiled._state_of_the_core())
    assert len(states) == 2


def test_it_is_known_whether_anything_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "state"))
    assert not compiled.kept()
    (tmp_path / "state" / "calm").mkdir(parents=True)
    assert not compiled.kept()  # numba makes the folders when a function is declared
    (tmp_path / "state" / "calm" / "take_in.nbi").touch()
    assert compiled.kept()
