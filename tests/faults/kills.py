"""kill -9 of every process of the pipeline, at random points of a stream of events."""

import sqlite3
import time
from collections import defaultdict
from dataclasses import dataclass

from deploy.local.influxd import INFLUXDB_2
from deploy.local.influxdb import InfluxDB
from deploy.local.process import Server
from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.influx_reader import no_influxdb, points_in, points_of
from tests.faults.meter import quantile, seconds_until
from tests.faults.reader import compare_alerting, compare_analysis, compare_sets
from tests.faults.sender import ByGateway
from tests.faults.stack import AGAIN_AFTER_S, WORK, Process, Stack, start_all, wait_for
from tests.faults.truth import Truth, truth_of

WORKERS = ("analysis", "alerting", "timeseries")
WEBS = ("gateway", "console")
AUDITOR = "auditor"
SERVERS = ("kafka", "influxdb")
VICTIMS = (*WORKERS, *WEBS, AUDITOR, *SERVERS)
AUDITED = "ipt_audit_settled_total"
LOOK_S = 0.1
"""Between two looks at whether it works: to write out its metrics takes a worker some milliseconds."""
AFTER = 1_000
"""Events that may be sent beyond a kill before its victim is back: what it finds when it comes back."""


@dataclass(frozen=True)
class Running:
    """What can be killed, and how one sees that it works."""

    ours: dict[str, Process]
    servers: dict[str, Server]

    def kill(self, name: str) -> float:
        """kill -9; seconds until it works again."""
        begun = time.monotonic()
        if name in self.servers:
            worker = self.ours["timeseries" if name == "influxdb" else "analysis"]
            self._kill_server(self.servers[name])
            before = worker.metric(WORK)
            return seconds_until(lambda: worker.works_again(before), since=begun, every=LOOK_S)
        one = self.ours[name]
        before_kill = one.pid
        one.kill()
        works = one.is_ready if name in WEBS else (lambda: one.metric(AUDITED if name == AUDITOR else WORK) > 0)
        return seconds_until(lambda: one.pid != before_kill and works(), since=begun, every=LOOK_S)

    def _kill_server(self, server: Server) -> None:
        server.kill()
        time.sleep(AGAIN_AFTER_S)
        server.start()


def run(case: Case, *, events: int, patients: int, kills: int, rate: float) -> Verdict:
    sent = cohort(events, patients=patients, seed=case.seed)
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        case.say(f"{events:,} events must come to {len(truth.points):,} points and {len(truth.pages):,} pages")
        influxdb = stack.add_influxdb(InfluxDB(case.folder / "influxdb", INFLUXDB_2))
        ours = {name: stack.process(name) for name in WORKERS} | {name: stack.web(name) for name in WEBS}
        ours[AUDITOR] = stack.process(AUDITOR, "audit")
        start_all(ours.values())
        running = Running(ours, {"kafka": stack.broker, "influxdb": influxdb})
        with ByGateway(ours["gateway"].url, stack.token(), sent, rate=rate) as sender:
            resumed = _kill_some(case, running, sender, events, kills)
        case.say("all is sent")
        stack.settle(*WORKERS)
        verdict = Verdict({"events sent": events, "kills": len(resumed)})
        _compare(stack, truth, verdict)
        _ask_auditor(ours[AUDITOR], verdict)
    verdict.seconds("resumed, p95", quantile([seconds for _, seconds in resumed], 0.95), below=10)
    for name, times in _by_victim(resumed).items():
        verdict.note(f"resumed, {name}, s", [round(one, 1) for one in times])
    return verdict


def _kill_some(case: Case, running: Running, sender: ByGateway, events: int, kills: int) -> list[tuple[str, float]]:
    """Kill one after the other, each once so many events are sent, and once the one before has come back."""
    chance = case.chance()
    victims: list[str] = []
    while len(victims) < kills:
        victims += chance.sample(VICTIMS, len(VICTIMS))
    points = sorted(chance.randrange(events // 50, events * 19 // 20) for _ in range(kills))
    resumed = []
    for victim, point in zip(victims[:kills], points, strict=True):
        sender.allowed = point + AFTER
        wait_for(lambda at=point: sender.sent >= at or not sender.alive, f"{point} events sent", seconds=600)
        time.sleep(chance.uniform(0, 0.2))
        resumed.append((victim, running.kill(victim)))
        case.say(f"{victim} killed after {point:,} events, back after {resumed[-1][1]:.1f} s")
    sender.allowed = events
    return resumed


def _compare(stack: Stack, truth: Truth, verdict: Verdict) -> None:
    wait_for(lambda: stack.pager.paged.keys() >= truth.pages, "all pages", seconds=60)
    compare_analysis(verdict, stack.kafka, truth)
    compare_alerting(verdict, stack.kafka, truth, stack.pager.paged)
    assert stack.influxdb is not None
    compare_sets(verdict, "points in InfluxDB", set(points_in(stack.influxdb)), set(points_of(truth.points)))
    compare_sets(verdict, "alerts in the console", _console_alerts(stack), set(truth.alerts))
    verdict.note("pages repeated under their key", len(stack.pager.taken) - len(stack.pager.paged))


def _ask_auditor(auditor: Process, verdict: Verdict) -> None:
    """It was killed as well: what it says of all events is what a run without kills would have had it say."""
    accounted = lambda: auditor.metric(AUDITED) > 0 and auditor.metric("ipt_audit_waiting") == 0  # noqa: E731
    wait_for(accounted, "the auditor to account for all", seconds=120)
    verdict.count("missing, says the auditor", int(auditor.metric("ipt_audit_missing")))


def _console_alerts(stack: Stack) -> set[object]:
    with sqlite3.connect(f"file:{stack.home / 'console' / 'store.sqlite'}?mode=ro", uri=True) as store:
        return {one for (one,) in store.execute("SELECT id FROM alerts")}


def _by_victim(resumed: list[tuple[str, float]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    for name, seconds in resumed:
        times[name].append(seconds)
    return dict(sorted(times.items()))


FAULT = Fault(
    name="kills",
    title="kill -9 of any process",
    must_hold="state exact, no alert lost, no page twice; resumed p95 < 10 s",
    run=run,
    full={"events": 200_000, "patients": 400, "kills": 20, "rate": 500},
    short={"events": 4_000, "patients": 40, "kills": 4, "rate": 250},
    missing=no_influxdb,
)
