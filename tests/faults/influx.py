"""InfluxDB is away, and then answers with every error it knows; alerts go on, and all points arrive."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from deploy.local.influxd import INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.influx_reader import no_influxdb, points_in, points_of
from tests.faults.meter import seconds_until
from tests.faults.reader import compare_alerting, compare_sets
from tests.faults.sender import ByKafka
from tests.faults.stack import Stack, start_all, wait_for
from tests.faults.truth import truth_of

WORKERS = ("analysis", "alerting", "timeseries")
ERRORS = (429, 500, 503, 400)
"""400 comes after half of the lines were written, as when some of them are refused; never to a line alone, since that
would be the refusal of a good line, which is kept aside and not sent again.
"""
SHARE = 0.5
"""Of writes that fail while InfluxDB answers with errors."""


def run(case: Case, *, down_s: float, errors: int, events: int, patients: int, rate: float) -> Verdict:
    """Down for `down_s` seconds in the first half of the events, then `errors` writes that fail."""
    sent = cohort(events, patients=patients, seed=case.seed)
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        before = truth_of(sent[: events // 2], stack.policy, stack.plan)
        influxdb = stack.add_influxdb(InfluxDB(case.folder / "influxdb", INFLUXDB_2))
        with _unreliable(influxdb, case.chance(), errors) as (url, answered):
            start_all([stack.process(name, IPT_PULSE_INFLUX_URL=url) for name in WORKERS])
            influxdb.kill()
            down_at = time.monotonic()
            with ByKafka(stack.kafka, sent, rate=rate) as sender:
                sender.allowed = events // 2
                wait_for(lambda: sender.sent >= sender.allowed, "events to be sent")
                paged = seconds_until(lambda: stack.pager.paged.keys() >= before.pages, since=time.monotonic())
                waited = stack.lag("timeseries")
                time.sleep(max(0.0, down_at + down_s - time.monotonic()))
                case.say(f"InfluxDB was down for {time.monotonic() - down_at:.0f} s, {waited:,} records wait")
                influxdb.start()
                back_at = time.monotonic()
                sender.allowed = events
            stack.settle(*WORKERS)
            caught_up = time.monotonic() - back_at
        wait_for(lambda: stack.pager.paged.keys() >= truth.pages, "all pages", seconds=60)
        verdict = Verdict({"down, s": round(back_at - down_at), "pages meanwhile": len(before.pages)})
        verdict.seconds("last page after the last event, meanwhile", paged, below=5)
        verdict.note("records that waited", waited)
        for status in ERRORS:
            verdict.note(f"answers {status}", answered.count(status))
        compare_sets(verdict, "points in InfluxDB", set(points_in(influxdb)), set(points_of(truth.points)))
        compare_alerting(verdict, stack.kafka, truth, stack.pager.paged)
        verdict.count("points refused for good", len(list((stack.home / "points").rglob("*.*"))))
        verdict.note("all there after it was back, s", round(caught_up, 1))
    return verdict


@contextmanager
def _unreliable(influxdb: InfluxDB, chance: random.Random, errors: int) -> Iterator[tuple[str, Sequence[int]]]:
    """An address in front of InfluxDB that answers some writes with errors; and what it answered."""
    answered: list[int] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(influxdb, _plan(chance, errors), answered))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", answered
    finally:
        server.shutdown()
        server.server_close()


def _plan(chance: random.Random, errors: int) -> Callable[[int], int]:
    """What the next write of so many lines is answered; 0: whatever InfluxDB answers."""
    left = [ERRORS[number % len(ERRORS)] for number in range(errors)]
    lock = threading.Lock()

    def choose(lines: int) -> int:
        with lock:
            fails = left and chance.random() < SHARE and (left[-1] != 400 or lines > 1)
            return left.pop() if fails else 0

    return choose


def _handler(influxdb: InfluxDB, choose: Callable[[int], int], answered: list[int]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if not influxdb.is_alive():
                self.close_connection = True  # as a server that is not there
                return
            lines = body.split(b"\n")
            status = choose(len(lines))
            if not status:
                status = self._pass_on(body)
            elif status == 400:
                self._pass_on(b"\n".join(lines[: len(lines) // 2]))
            answered.append(status)
            self.send_response(status)
            if status == 503:
                self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _pass_on(self, body: bytes) -> int:
            if not body:
                return 204
            headers = {name: self.headers[name] for name in ("Authorization", "Content-Encoding") if self.headers[name]}
            try:
                return httpx.post(influxdb.url + self.path, content=body, headers=headers, trust_env=False).status_code
            except httpx.TransportError:
                return 503

        def log_message(self, *_args: object) -> None:
            pass

    return Handler


FAULT = Fault(
    name="influx",
    title="InfluxDB down, then answering with errors",
    must_hold="alerts unaffected; the backlog arrives",
    run=run,
    full={"down_s": 60, "errors": 200, "events": 40_000, "patients": 400, "rate": 500},
    short={"down_s": 5, "errors": 12, "events": 2_000, "patients": 40, "rate": 400},
    kept_by="tests/integration/test_timeseries.py",
    missing=no_influxdb,
)
