"""The broker is killed or frozen for a while, once for longer than a request may take."""

import time

from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.meter import quantile, seconds_until
from tests.faults.reader import compare_alerting, compare_analysis
from tests.faults.sender import ByKafka
from tests.faults.stack import WORK, Process, Stack, start_all, wait_for
from tests.faults.truth import truth_of

WORKERS = ("analysis", "alerting")
BETWEEN_S = 6.0
"""Events of so many seconds come before each outage, and as many during it."""


def run(
    case: Case, *, outages: int, shortest: float, longest: float, beyond: float, patients: int, rate: float
) -> Verdict:
    """`beyond`: seconds of one more freeze, which outlasts a request's time-out."""
    chance = case.chance()
    lasting = [chance.uniform(shortest, longest) for _ in range(outages)] + [beyond] * (beyond > 0)
    each = int(rate * BETWEEN_S)
    sent = cohort(each * (2 * len(lasting) + 1), patients=patients, seed=case.seed)
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        workers = {name: stack.process(name) for name in WORKERS}
        start_all(workers.values())
        resumed: list[float] = []
        with ByKafka(stack.kafka, sent, rate=rate) as sender:
            for number, seconds in enumerate(lasting):
                sender.allowed = each * (2 * number + 1)
                wait_for(lambda: sender.sent >= sender.allowed, "events to be sent")
                sender.allowed += each  # what is sent meanwhile waits in the client: there is work when it is over
                kind = "frozen" if number % 2 or number == outages else "killed"
                resumed.append(_outage(stack, workers["analysis"], kind, seconds))
                case.say(f"{number + 1} of {len(lasting)}: {kind} for {seconds:.0f} s, back after {resumed[-1]:.1f} s")
            sender.allowed = len(sent)
        stack.settle(*WORKERS)
        wait_for(lambda: stack.pager.paged.keys() >= truth.pages, "all pages", seconds=60)
        verdict = Verdict({"outages": len(lasting), "longest outage, s": round(max(lasting))})
        compare_analysis(verdict, stack.kafka, truth)
        compare_alerting(verdict, stack.kafka, truth, stack.pager.paged)
    verdict.seconds("resumed, longest", max(resumed), below=5)
    verdict.note("resumed p50, s", round(quantile(resumed, 0.5), 1))
    verdict.note("workers started again", sum(len(one.ended) for one in stack.processes))
    return verdict


def _outage(stack: Stack, worker: Process, kind: str, seconds: float) -> float:
    """Seconds from when the broker answered again until the worker had finished a batch."""
    if kind == "frozen":
        stack.broker.pause()
        time.sleep(seconds)
        before = worker.metric(WORK)
        stack.broker.resume()
    else:
        stack.broker.kill()
        time.sleep(seconds)
        before = worker.metric(WORK)
        stack.broker.start()
    back = time.monotonic()
    return seconds_until(lambda: worker.works_again(before), since=back)


FAULT = Fault(
    name="broker",
    title="broker killed or frozen",
    must_hold="resumes by itself, nothing lost; < 5 s",
    run=run,
    full={"outages": 10, "shortest": 5, "longest": 60, "beyond": 130, "patients": 400, "rate": 300},
    short={"outages": 2, "shortest": 2, "longest": 8, "beyond": 0, "patients": 40, "rate": 200},
    kept_by="tests/transport/test_faults.py",
)
