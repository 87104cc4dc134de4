from pathlib import Path

from streams.transport import build_app
from tests.transport.test_lane import Recorder


def test_recovery_holds_few_batches_in_memory_and_ends_when_it_is_over(tmp_path: Path) -> None:
    app = build_app("a", bootstrap="nowhere:1", topics=["t"], job=Recorder(), state_dir=tmp_path, partitions=1)
    assert app.table is not None
    # Faust's default is 1,000 events, of which each is a batch here; one event means that reading never ends.
    assert 1 < app.table.recovery_buffer_size < 5
    assert 1 < app.table.standby_buffer_size < 5
