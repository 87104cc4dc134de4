from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from typer.testing import CliRunner

from streams.adapters.segments import Segments, points_folder, whole_segments
from streams.cli import app
from streams.cli.load_points import _load
from streams.settings import settings

runner = CliRunner()


class Server:
    """InfluxDB's write endpoint."""

    def __init__(self) -> None:
        self.points: list[bytes] = []

    def __call__(self, environ: dict, start: object) -> list[bytes]:
        lines = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).split(b"\n")
        if b"bad" in lines:
            start("400 Bad Request", [])
        else:
            self.points += lines
            start("204 No Content", [])
        return []


class Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    served = Server()
    listening = make_server("127.0.0.1", 0, served, handler_class=Silent)
    Thread(target=listening.serve_forever, daemon=True).start()
    monkeypatch.setenv("IPT_PULSE_HOME", str(tmp_path))
    monkeypatch.setenv("IPT_PULSE_INFLUX_URL", f"http://127.0.0.1:{listening.server_port}")
    settings.cache_clear()
    yield served
    settings.cache_clear()
    listening.shutdown()
    listening.server_close()


def fill(home: Path, count: int, *more: bytes) -> None:
    segments = Segments(points_folder(home), limit=64)
    for number in range(count):
        segments.append(number % 3, b"m v=%d %d" % (number, number))
    for line in more:
        segments.append(0, line)
    segments.close()


def test_every_point_is_sent_and_the_segments_are_gone(server: Server, tmp_path: Path) -> None:
    fill(tmp_path, 50)
    result = runner.invoke(app, ["load-points"])
    assert result.exit_code == 0, result.output
    assert "50 points sent, 0 refused" in result.output
    assert sorted(server.points) == sorted(b"m v=%d %d" % (number, number) for number in range(50))
    assert whole_segments(points_folder(tmp_path)) == []
    assert "0 points sent" in runner.invoke(app, ["load-points"]).output


def test_what_is_refused_is_set_aside(server: Server, tmp_path: Path) -> None:
    fill(tmp_path, 4, b"bad")
    result = runner.invoke(app, ["load-points"])
    assert "4 points sent, 1 refused" in result.output
    [aside] = whole_segments(points_folder(tmp_path) / "refused")
    assert aside.read_bytes() == b"bad\n"
    assert len(server.points) == 4


def test_segments_that_are_still_written_are_left_and_told(server: Server, tmp_path: Path) -> None:
    writing = Segments(points_folder(tmp_path))
    writing.append(0, b"m v=1 1")
    assert "1 segments are still written" in runner.invoke(app, ["load-points"]).output
    assert server.points == []
    writing.close()


async def test_stopped_in_between_it_goes_on_where_it_was(tmp_path: Path) -> None:
    class Stopped:
        points: tuple[bytes, ...] = ()
        left = 3

        async def write(self, payload: bytes) -> list[bytes]:
            self.left -= 1
            if self.left == 0:
                raise KeyError("stopped")
            self.points += tuple(payload.split(b"\n"))
            return []

        async def close(self) -> None:
            pass

    fill(tmp_path, 50)
    whole = len(whole_segments(points_folder(tmp_path)))
    database = Stopped()
    with pytest.raises(KeyError):
        await _load(points_folder(tmp_path), database)
    assert len(whole_segments(points_folder(tmp_path))) == whole - 2
    await _load(points_folder(tmp_path), database)
    assert sorted(database.points) == sorted(b"m v=%d %d" % (number, number) for number in range(50))


def test_without_an_influxdb_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("IPT_PULSE_INFLUX_URL", raising=False)
    settings.cache_clear()
    result = runner.invoke(app, ["load-points"])
    settings.cache_clear()
    assert result.exit_code == 1
