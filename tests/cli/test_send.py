"""`ipt-pulse send` over real HTTP, to a gateway with a fake in Kafka's place."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import uvicorn
from typer.testing import CliRunner

from deploy.local.ports import free_ports
from streams.cli import app
from streams.settings import settings
from tests.gateway.fake import Gateway


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    """A gateway that listens; its address is `gateway.http.base_url`."""
    (port,) = free_ports(1)
    one = Gateway(tmp_path / "home")
    one.http.base_url = f"http://127.0.0.1:{port}"
    server = uvicorn.Server(uvicorn.Config(one.app, port=port, log_config=None))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
    yield one
    server.should_exit = True
    thread.join()


def _line(number: int, **changes: Any) -> bytes:
    base = {"specversion": "1.0", "id": f"e-{number}", "source": "app/1", "type": "check-in.v1", "subject": "p-1"}
    return orjson.dumps(base | {"time": "2026-11-20T21:03:00+01:00", "data": {"mood": 6}} | changes)


def _send(gateway: Gateway, file: str, given: bytes | None = None, token: str | None = None) -> Any:
    environment = {"IPT_PULSE_TOKEN": token or gateway.operator}
    arguments = ["send", file, "--url", str(gateway.http.base_url)]
    return CliRunner().invoke(app, arguments, input=given, env=environment)


def test_a_file_goes_through(gateway: Gateway, tmp_path: Path) -> None:
    file = tmp_path / "events.ndjson"
    file.write_bytes(b"\n".join(_line(n, subject=f"p-{n}") for n in range(1_203)) + b"\n\n")
    result = _send(gateway, str(file))
    assert result.exit_code == 0, result.output
    assert result.stderr.splitlines()[-1] == "1203 accepted, 0 refused"
    assert sorted(one["id"] for one in gateway.producer.events) == sorted(f"e-{n}" for n in range(1_203))


def test_what_is_refused_is_told_by_line_and_ends_in_1(gateway: Gateway) -> None:
    lines = [_line(0), b"", b"{broken", _line(1, data={"mood": 11}), _line(2)]
    result = _send(gateway, "-", b"\n".join(lines))
    assert result.exit_code == 1
    assert "line 3: id ?: not JSON" in result.stderr
    assert "line 4: id e-1: data.mood: Input should be less than or equal to 10" in result.stderr
    assert result.stderr.splitlines()[-1] == "2 accepted, 2 refused"
    assert [one["id"] for one in gateway.producer.events] == ["e-0", "e-2"]


def test_a_device_token_sends_its_patients_events(gateway: Gateway) -> None:
    assert _send(gateway, "-", _line(0), token=gateway.token()).exit_code == 0
    other = _send(gateway, "-", _line(0, subject="p-2"), token=gateway.token())
    assert other.exit_code == 1
    assert "403" in other.stderr


def test_of_many_refusals_the_first_are_told_and_the_rest_counted_by_reason(gateway: Gateway) -> None:
    lines = [*[_line(n, data={"mood": 11}) for n in range(30)], *[b"{broken"] * 600]
    result = _send(gateway, "-", b"\n".join(lines))
    told = result.stderr.splitlines()
    assert [line.split(":")[0] for line in told if line.startswith("line ")] == [f"line {n}" for n in range(1, 11)]
    assert any(line.startswith("600 refused: not JSON") for line in told)
    assert any(line.startswith("30 refused: data.mood") for line in told)
    assert told[-1] == "0 accepted, 630 refused"


def test_on_the_gateways_own_machine_no_token_is_needed(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    assert gateway.operator  # which made the keys
    monkeypatch.setenv("IPT_PULSE_HOME", str(gateway.home))
    settings.cache_clear()
    arguments = ["send", "-", "--url", str(gateway.http.base_url)]
    result = CliRunner().invoke(app, arguments, input=_line(0), env={"IPT_PULSE_TOKEN": ""})
    settings.cache_clear()
    assert result.exit_code == 0, result.stderr
    assert [one["id"] for one in gateway.producer.events] == ["e-0"]


def test_without_a_gateway_it_says_how_to_start_one() -> None:
    (port,) = free_ports(1)
    arguments = ["send", "-", "--url", f"http://127.0.0.1:{port}"]
    result = CliRunner().invoke(app, arguments, input=_line(0), env={"IPT_PULSE_TOKEN": "any"})
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith(
        f"no gateway answers at http://127.0.0.1:{port}: `ipt-pulse up` starts one"
    )


@pytest.mark.parametrize(("token", "word"), [("", "IPT_PULSE_TOKEN"), ("forged", "401")])
def test_without_a_good_token_it_says_so(gateway: Gateway, token: str, word: str) -> None:
    arguments = ["send", "-", "--url", str(gateway.http.base_url)]
    result = CliRunner().invoke(app, arguments, input=_line(0), env={"IPT_PULSE_TOKEN": token})
    assert result.exit_code == 1
    assert word in result.stderr


def test_a_file_that_is_not_there_is_told(gateway: Gateway, tmp_path: Path) -> None:
    result = _send(gateway, str(tmp_path / "none.ndjson"))
    assert result.exit_code == 1
    assert "cannot read" in result.stderr
