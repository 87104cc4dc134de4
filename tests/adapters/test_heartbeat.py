"""A process is heard while it is well, and by nobody once it is not, is dead, or is frozen."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from prometheus_client import REGISTRY

from streams.adapters.heartbeat import ANSWER_S, RETRY_S, Heartbeat
from streams.settings import Settings
from streams.transport.vitals import STILL
from tests.adapters.switch import Switch, switch

ROOT = Path(__file__).parents[2]
SWITCH_WAITS_S = 60.0
"""As docs/operations.md asks of a switch."""

PROCESS = """
import sys, time
from streams.adapters.heartbeat import Heartbeat
Heartbeat(sys.argv[1], 0.05, lambda: None).start()
time.sleep(60)
"""


def wait(until: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def beats(answer: str) -> float:
    return REGISTRY.get_sample_value("ipt_heartbeats_total", {"answer": answer}) or 0.0


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_frozen_killed_or_stopped_is_silent_at_once(how: signal.Signals) -> None:
    with switch() as receiver:
        process = subprocess.Popen([sys.executable, "-c", PROCESS, f"{receiver.url}/it"], cwd=ROOT)
        try:
            wait(lambda: receiver.heard["it"] > 2)
            process.send_signal(how)
            time.sleep(0.3)  # what was on its way
            receiver.silent()
            time.sleep(0.5)
            assert receiver.silent() == {"it"}
            if how == signal.SIGSTOP:
                process.send_signal(signal.SIGCONT)
                wait(lambda: receiver.heard["it"] > 2)
        finally:
            process.kill()
            process.wait()


def test_only_who_is_well_is_heard_and_it_tells_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    troubles: list[str | None] = ["InfluxDB has taken no points for 3 s"]
    held_back = beats("held_back")
    with switch() as receiver:
        heartbeat = Heartbeat(f"{receiver.url}/secret", 0.02, lambda: troubles[-1])
        heartbeat.start()
        wait(lambda: beats("held_back") > held_back + 2)
        assert receiver.heard == {}
        troubles.append(None)
        wait(lambda: receiver.heard["secret"] > 2)
        heartbeat.stop()
    assert "secret" not in caplog.text


@pytest.mark.parametrize("status", [404, 500])
def test_what_does_not_arrive_is_tried_again(status: int) -> None:
    failed, sent = beats("failed"), beats("sent")
    with switch() as receiver:
        receiver.status = status
        heartbeat = Heartbeat(f"{receiver.url}/x", 0.02, lambda: None)
        heartbeat.start()
        wait(lambda: beats("failed") > failed + 2)
        receiver.status = 200
        wait(lambda: beats("sent") > sent)
        heartbeat.stop()


def test_a_receiver_that_is_away_or_no_address_at_all_is_a_failure_like_any_other() -> None:
    failed = beats("failed")
    with httpx.Client(timeout=1) as client:
        for url in ("http://127.0.0.1:9/x", "http://", "http://[x"):
            assert Heartbeat(url, 20, lambda: None)._beat(client) is False
    assert beats("failed") == failed + 3


def test_by_default_nobody_is_missed_for_longer_than_90_s() -> None:
    every = Settings.model_fields["heartbeat_every_s"].default
    # The last heartbeat may be sent just before a held up event loop is found out; then the switch waits.
    assert STILL + SWITCH_WAITS_S < 90
    # And one post that fails, though it took its time to, makes no false alarm.
    assert every + ANSWER_S + RETRY_S + ANSWER_S < SWITCH_WAITS_S


def test_the_switch_of_these_tests_tells_who_is_silent() -> None:
    one = Switch()
    one.heard.update(["a", "b"])
    assert one.silent() == set()
    one.heard.update(["a"])
    assert one.silent() == {"b"}
