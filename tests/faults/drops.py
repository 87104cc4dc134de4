"""Batches are lost between fetch and job, as a rebalance may lose them: noticed before a commit, and fetched again."""

from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.reader import compare_analysis
from tests.faults.sender import ByKafka
from tests.faults.stack import Stack
from tests.faults.truth import truth_of
from tests.faults.worker import COMMITTED_PAST, DROPPED, DROPPING, FETCHED_AGAIN


def run(case: Case, *, drops: int, events: int, patients: int, rate: float) -> Verdict:
    sent = cohort(events, patients=patients, seed=case.seed)
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        worker = stack.process("analysis", str(drops), str(case.seed), program=DROPPING)
        worker.start()
        with ByKafka(stack.kafka, sent, rate=rate):
            pass
        stack.settle("analysis")
        verdict = Verdict()
        for what, said in (("dropped", DROPPED), ("noticed and fetched again", FETCHED_AGAIN)):
            verdict.count(what, worker.log.count(said), expected=drops)
        verdict.count("commits past a dropped batch", worker.log.count(COMMITTED_PAST))
        compare_analysis(verdict, stack.kafka, truth)
    return verdict


FAULT = Fault(
    name="drops",
    title="a batch dropped on purpose",
    must_hold="noticed before a commit, fetched again",
    run=run,
    full={"drops": 20, "events": 40_000, "patients": 400, "rate": 450},
    short={"drops": 5, "events": 2_000, "patients": 40, "rate": 450},
)
