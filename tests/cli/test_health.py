import time

import httpx
import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from deploy.local.ports import free_ports
from streams.cli.health import serve_health, show_health
from streams.cli.observe import Counting
from streams.errors import Misconfigured
from streams.settings import Settings
from tests.adapters.switch import switch


def test_it_is_ready_when_the_worker_is_and_shows_the_metrics() -> None:
    troubles: list[str | None] = ["recovers its state"]
    [port] = free_ports(1)
    serve_health(port, trouble=lambda: troubles[-1])
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "not ready: recovers its state\n")
        troubles.append(None)
        answer = client.get("/readyz")
        assert (answer.status_code, answer.text) == (200, "ready\n")
        assert "ipt_worker_records_total" in client.get("/metrics").text
        assert client.get("/other").status_code == 404
    with pytest.raises(Misconfigured, match=str(port)):
        serve_health(port, trouble=lambda: None)


def test_what_the_transport_tells_is_counted() -> None:
    def value(name: str, **labels: str) -> float:
        return REGISTRY.get_sample_value(name, labels) or 0.0

    before = value("ipt_worker_expired_gaps_total"), value("ipt_worker_continuity_seeks_total")
    counting = Counting()
    counting.finished("observe-test", 0, 7, 0.1)
    counting.behind("observe-test", 2, 11, 4.5)
    counting.refetched("observe-test", 0, 5)
    counting.expired("observe-test", 0, 3)
    assert value("ipt_worker_records_total", topic="observe-test") == 7
    assert value("ipt_worker_behind_records", topic="observe-test", partition="2") == 11
    assert value("ipt_worker_oldest_seconds", topic="observe-test", partition="2") == 4.5
    assert value("ipt_worker_expired_gaps_total") - before[0] == 1
    assert value("ipt_worker_continuity_seeks_total") - before[1] == 1


def test_a_process_is_heard_by_its_name_and_its_metric_says_what_readyz_says() -> None:
    troubles: list[str | None] = [None]
    with switch() as receiver:
        address = f"{receiver.url}/pulse-{{component}}"
        chosen = Settings(heartbeat_url=SecretStr(address), heartbeat_every_s=0.05)
        show_health("observe-test", lambda: troubles[-1], chosen)
        deadline = time.monotonic() + 20
        while receiver.heard["pulse-observe-test"] < 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        labels = {"component": "observe-test"}
        assert REGISTRY.get_sample_value("ipt_ready", labels) == 1
        troubles.append("is starting")
        assert REGISTRY.get_sample_value("ipt_ready", labels) == 0


def test_without_a_switch_nothing_is_sent_and_a_wrong_address_is_said_without_it() -> None:
    show_health("observe-test", lambda: None, Settings(heartbeat_url=SecretStr("")))
    with pytest.raises(Misconfigured) as raised:
        show_health("observe-test", lambda: None, Settings(heartbeat_url=SecretStr("switch.example/secret")))
    assert "secret" not in str(raised.value)
