from pathlib import Path

from streams.adapters.segments import Segments, chunks, open_segments, points_folder, whole_segments


def lines_in(folder: Path) -> list[bytes]:
    return [line for segment in whole_segments(folder) for chunk in chunks(segment, 10) for line in chunk.split(b"\n")]


def test_what_was_appended_is_there_once_the_segment_is_whole(tmp_path: Path) -> None:
    segments = Segments(tmp_path / "points")
    segments.append(0, b"a 1\nb 2")
    segments.append(0, b"c 3")
    assert (open_segments(tmp_path / "points"), whole_segments(tmp_path / "points")) == (1, [])
    segments.closed(0)
    assert lines_in(tmp_path / "points") == [b"a 1", b"b 2", b"c 3"]


def test_a_full_segment_is_made_whole_and_the_next_begun(tmp_path: Path) -> None:
    segments = Segments(tmp_path, limit=8)
    for number in range(6):
        segments.append(3, b"x %d" % number)
    assert len(whole_segments(tmp_path)) == 3
    assert lines_in(tmp_path) == [b"x %d" % number for number in range(6)]


def test_partitions_do_not_share_a_segment(tmp_path: Path) -> None:
    segments = Segments(tmp_path)
    segments.append(1, b"one")
    segments.append(11, b"eleven")
    segments.opened(1)
    assert open_segments(tmp_path) == 1
    segments.close()
    assert sorted(lines_in(tmp_path)) == [b"eleven", b"one"]


def test_what_a_dead_writer_left_is_made_whole_without_its_torn_end(tmp_path: Path) -> None:
    (tmp_path / "2-123.open").write_bytes(b"mood v=7.25 1\nmood v=7.")
    Segments(tmp_path).opened(2)
    assert lines_in(tmp_path) == [b"mood v=7.25 1"]


def test_nothing_but_a_torn_end_leaves_no_lines(tmp_path: Path) -> None:
    (tmp_path / "2-123.open").write_bytes(b"mood v=7.")
    Segments(tmp_path).opened(2)
    assert lines_in(tmp_path) == []


def test_segments_come_oldest_first_whatever_their_partition(tmp_path: Path) -> None:
    for name in ("2-100.lp", "10-99.lp", "1-101.lp"):
        (tmp_path / name).touch()
    assert [path.name for path in whole_segments(tmp_path)] == ["10-99.lp", "2-100.lp", "1-101.lp"]


def test_points_wait_below_home(tmp_path: Path) -> None:
    assert points_folder(tmp_path) == tmp_path / "points"
