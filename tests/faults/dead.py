"""Each process and server is stopped for good, killed or frozen; a dead man's switch outside notices by itself."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from deploy.local.influxd import INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.influx_reader import no_influxdb
from tests.faults.meter import seconds_until
from tests.faults.sender import ByKafka
from tests.faults.stack import Process, Stack, start_all, wait_for

WORKERS = ("analysis", "alerting", "timeseries")
OTHERS = {"auditor": ("audit",), "refit": ("refit", "--nightly", "03:00")}
WEBS = ("gateway", "console")
RATE = 20
"""Events a second, so that everybody has something to do."""


class Switch:
    """Misses whoever it has not heard of for so long; each process posts to a path of its own."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._heard: dict[str, float] = {}
        self._lock = threading.Lock()

    def hear(self, component: str) -> None:
        with self._lock:
            self._heard[component] = time.monotonic()

    @property
    def known(self) -> set[str]:
        with self._lock:
            return set(self._heard)

    @property
    def missed(self) -> set[str]:
        now = time.monotonic()
        with self._lock:
            return {component for component, at in self._heard.items() if now - at > self._patience}


def run(case: Case, *, quiet_s: float, patience_s: float, every_s: float, most_s: float) -> Verdict:
    """`quiet_s`: how long nobody may be missed first; `most_s`: how soon everybody who is dead must be."""
    switch = Switch(patience_s)
    with Stack(case.folder) as stack, _listening(switch) as url:
        influxdb = stack.add_influxdb(InfluxDB(case.folder / "influxdb", INFLUXDB_2))
        told = {"IPT_PULSE_HEARTBEAT_URL": f"{url}/{{component}}", "IPT_PULSE_HEARTBEAT_EVERY_S": str(every_s)}
        ours = {name: stack.process(name, **told) for name in WORKERS}
        ours |= {name: stack.process(name, *command, **told) for name, command in OTHERS.items()}
        ours |= {name: stack.web(name, **told) for name in WEBS}
        start_all(ours.values())
        endless = cohort(100_000, patients=40, seed=case.seed)
        with ByKafka(stack.kafka, endless, rate=RATE) as sender:
            wait_for(lambda: switch.known == ours.keys(), "everybody's first heartbeat")
            missed = _missed_within(switch, quiet_s)
            case.say(f"{len(ours)} processes beat")
            noticed = {}
            influxdb.kill()
            noticed["influxdb"] = _until_missed(case, switch, {"timeseries"}, "influxdb", most_s)
            influxdb.start()
            wait_for(lambda: not switch.missed, "all to be well again")
            stack.broker.pause()
            noticed["kafka"] = _until_missed(case, switch, {"gateway", *WORKERS}, "kafka", most_s)
            stack.broker.resume()
            wait_for(lambda: not switch.missed, "all to be well again")
            sender.stop()
            noticed |= _end_all(case, switch, ours, most_s)
    verdict = Verdict({"stopped": len(noticed)})
    verdict.count("missed while all was well", missed)
    for name, seconds in noticed.items():
        verdict.note(f"{name}, s", round(seconds, 1))
    verdict.seconds("noticed, longest", max(noticed.values()), below=most_s)
    return verdict


def _missed_within(switch: Switch, seconds: float) -> int:
    """How many were missed at some time, although nobody was stopped."""
    missed: set[str] = set()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        missed |= switch.missed
        time.sleep(0.1)
    return len(missed)


def _until_missed(case: Case, switch: Switch, who: set[str], what: str, most: float) -> float:
    seconds = seconds_until(lambda: switch.missed >= who, since=time.monotonic(), most=2 * most)
    case.say(f"{what} stopped: {', '.join(sorted(who))} missed after {seconds:.1f} s")
    return seconds


def _end_all(case: Case, switch: Switch, ours: dict[str, Process], most: float) -> dict[str, float]:
    """Stop all of ours at once, each by itself noticed: killed without a successor, or frozen, in turn."""
    begun = time.monotonic()
    for number, one in enumerate(ours.values()):
        one.release()
        if number % 2:
            one.pause()
        else:
            one.kill()
    noticed: dict[str, float] = {}
    while noticed.keys() != ours.keys() and time.monotonic() - begun < 2 * most:
        noticed |= {name: time.monotonic() - begun for name in switch.missed - noticed.keys()}
        time.sleep(0.05)
    noticed |= dict.fromkeys(ours.keys() - noticed.keys(), 2 * most)
    case.say(f"ours stopped: all missed after {max(noticed.values()):.1f} s")
    return noticed


@contextmanager
def _listening(switch: Switch) -> Iterator[str]:
    """The switch's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            switch.hear(self.path.strip("/"))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


FAULT = Fault(
    name="dead",
    title="anything dead",
    must_hold="noticed from outside, by a switch that waits 60 s: < 90 s",
    run=run,
    full={"quiet_s": 70, "patience_s": 60, "every_s": 20, "most_s": 90},
    short={"quiet_s": 5, "patience_s": 4, "every_s": 1, "most_s": 60},
    kept_by="tests/cli/test_health.py",
    missing=no_influxdb,
)
