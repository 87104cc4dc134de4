"""`ipt-pulse gateway` as a process: it starts without Kafka, says so, and stops when told."""

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from deploy.local.ports import free_ports

RUN = "from streams.cli import app; app(['gateway'])"


@pytest.mark.slow
def test_it_serves_without_kafka_and_stops_on_sigterm(tmp_path: Path) -> None:
    port, kafka = free_ports(2)
    environment = os.environ | {
        "IPT_PULSE_HOME": str(tmp_path / "home"),
        "IPT_PULSE_GATEWAY_PORT": str(port),
        "IPT_PULSE_KAFKA": f"127.0.0.1:{kafka}",
    }
    process = subprocess.Popen([sys.executable, "-c", RUN], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as http:
            assert _first_answer(http, process).status_code == 200
            assert http.get("/readyz").status_code == 503
            assert http.get("/openapi.json").json()["paths"]
    finally:
        process.terminate()
        _, log = process.communicate(timeout=30)
    assert process.returncode in {0, -15}
    assert "Traceback" not in log
    assert log.count("Unable connect") == 0


def _first_answer(http: httpx.Client, process: "subprocess.Popen[str]") -> httpx.Response:
    for _ in range(600):
        assert process.poll() is None
        try:
            return http.get("/healthz")
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError
