from pathlib import Path

from streams.transport.origin import MARK, keep_only_state_of


def test_state_stays_with_its_kafka_and_goes_with_another(tmp_path: Path) -> None:
    database = tmp_path / "v1" / "tables"
    database.mkdir(parents=True)
    keep_only_state_of("a", tmp_path, tmp_path / "v1")
    keep_only_state_of("a", tmp_path, tmp_path / "v1")
    assert database.exists()
    keep_only_state_of("b", tmp_path, tmp_path / "v1")
    assert not database.exists()
    database.mkdir(parents=True)
    keep_only_state_of("b", tmp_path, tmp_path / "v1")
    assert database.exists()


def test_the_mark_of_the_same_kafka_is_not_written_again(tmp_path: Path) -> None:
    keep_only_state_of("a", tmp_path, tmp_path / "v1")
    mark = tmp_path / MARK
    written = mark.stat().st_mtime_ns
    keep_only_state_of("a", tmp_path, tmp_path / "v1")
    assert mark.stat().st_mtime_ns == written
