import time
from pathlib import Path

from streams.transport.rocks import CACHED, UNWRITTEN, StateOptions


def test_all_partitions_share_one_allowance_for_what_is_not_in_files(tmp_path: Path) -> None:
    """Each of many partitions holds less than a buffer of its own, and all together would hold four allowances."""
    options, partitions = StateOptions(), 16
    databases = [options.open(tmp_path / str(number)) for number in range(partitions)]
    for turn in range(4 * UNWRITTEN // partitions // 100_000):
        for database in databases:
            database.put(b"%d" % turn, bytes(100_000))
    deadline = time.monotonic() + 30  # files are made beside, as fast as the machine can
    while sum(one.property_int_value("rocksdb.cur-size-all-mem-tables") for one in databases) > UNWRITTEN:
        assert time.monotonic() < deadline
        for database in databases:
            database.put(b"more", b"")  # whoever writes looks whether there is room
        time.sleep(0.05)


def test_a_database_is_opened_again_with_what_it_held(tmp_path: Path) -> None:
    database = StateOptions().open(tmp_path / "one")
    database.put(b"patient", b"front")
    database.close()
    assert StateOptions().open(tmp_path / "one").get([b"patient", b"nobody"]) == [b"front", None]


def test_a_database_that_was_there_already_is_opened_with_the_same_options(tmp_path: Path) -> None:
    for _ in range(2):
        database = StateOptions().open(tmp_path / "one")
        database.put(b"patient", b"front")
        assert database.property_int_value("rocksdb.block-cache-capacity") == CACHED
        database.close()
    (written, *_) = sorted((tmp_path / "one").glob("OPTIONS-*"), reverse=True)
    assert "filter_policy=bloomfilter" in written.read_text()
