"""Workers of one group join, leave and are killed while events keep coming."""

import time
from itertools import pairwise
from random import Random

from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.meter import longest_pause, quantile, worked
from tests.faults.reader import compare_analysis, lines
from tests.faults.sender import ByKafka
from tests.faults.stack import Process, Stack, wait_for
from tests.faults.truth import points_by_event, truth_of

EACH_S = 8.0
"""Events of so many seconds come along with each rebalance."""
MOST = 3
"""Workers at once."""


class Crew:
    """The workers of `analysis`, of which at least one stays."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._hired = 0
        self.workers: list[Process] = []

    def join(self) -> None:
        self._hired += 1
        worker = self._stack.process(f"analysis-{self._hired}", "worker", "analysis")
        worker.start()
        self.workers.append(worker)

    def leave(self, index: int) -> None:
        worker = self.workers.pop(index)
        worker.stop()
        assert worker.exit_code() == 0, worker.log[-2000:]

    def kill(self, index: int) -> None:
        self.workers.pop(index).kill()


def run(case: Case, *, rebalances: int, rate: float, patients: int) -> Verdict:
    each = int(rate * EACH_S)
    sent = cohort(each * rebalances, patients=patients, seed=case.seed)
    chance = case.chance()
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        by_event = points_by_event(sent)
        crew = Crew(stack)
        crew.join()
        moments = []
        for number in range(rebalances):
            with ByKafka(stack.kafka, sent[number * each : (number + 1) * each], rate=rate):
                time.sleep(1.0)
                moments.append(time.time())
                case.say(f"{number + 1} of {rebalances}: {_one(crew, chance)}")
                _alive(crew)
        moments.append(time.time())
        stack.settle("analysis")
        verdict = Verdict({"rebalances": rebalances, "events/s": rate})
        found = lines(stack.kafka)
        verdict.count("ids missing", sum(not theirs <= found for theirs in by_event.values()))
        compare_analysis(verdict, stack.kafka, truth)
        times = worked(stack.kafka).values()
        pauses = [longest_pause(times, since, until) for since, until in pairwise(moments)]
        verdict.note("pause p50, s", round(quantile(pauses, 0.5), 2))
        verdict.note("pause longest, s", round(max(pauses), 2))
        verdict.note("blocks fetched again", sum(one.log.count("is not contiguous") for one in stack.processes))
    return verdict


def _one(crew: Crew, chance: Random) -> str:
    """One join, leave or kill, as chance and the size of the crew have it."""
    size = len(crew.workers)
    kinds = ["join"] if size == 1 else ["leave", "kill"] if size == MOST else ["join", "leave", "kill"]
    kind = chance.choice(kinds)
    if kind == "join":
        crew.join()
    else:
        leave = crew.leave if kind == "leave" else crew.kill
        leave(chance.randrange(size))
    return f"{kind}, {len(crew.workers)} at work"


def _alive(crew: Crew) -> None:
    """Nobody else may have ended: a worker that stops for a rebalance would hide what it does wrong."""
    for worker in crew.workers:
        wait_for(worker.is_alive, worker.name, seconds=0)


FAULT = Fault(
    name="rebalances",
    title="join, leave, kill while keeping up",
    must_hold="no offset skipped",
    run=run,
    full={"rebalances": 30, "rate": 450, "patients": 400},
    short={"rebalances": 3, "rate": 450, "patients": 40},
    kept_by="tests/transport/test_faults.py",
)
