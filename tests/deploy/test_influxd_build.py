import threading
from pathlib import Path

from filelock import FileLock

from deploy.local.influxd import INFLUXDB_1, cached, ensure, find


def test_who_waits_for_another_build_is_told_and_then_uses_it(tmp_path: Path) -> None:
    target = cached(INFLUXDB_1, cache=tmp_path)
    told, waits = list[str](), threading.Event()

    def report(line: str) -> None:
        told.append(line)
        waits.set()

    with FileLock(f"{target}.lock"):
        second = threading.Thread(target=lambda: ensure(INFLUXDB_1, report, cache=tmp_path), daemon=True)
        second.start()
        assert waits.wait(20)
        target.touch()
    second.join(20)
    assert not second.is_alive()
    assert told == [f"InfluxDB {INFLUXDB_1.version}: waiting for another program that is building it"]
    assert find(INFLUXDB_1, cache=tmp_path)
