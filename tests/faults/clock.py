"""The clocks of the workers jump, by libfaketime: the system's clock as they read it, not what they measure time by."""

from datetime import timedelta
from pathlib import Path

from streams.core.ids import hashed_id
from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.reader import compare_analysis, compare_sets
from tests.faults.sender import ByKafka
from tests.faults.stack import Stack, start_all, wait_for
from tests.faults.truth import truth_of

LIBRARIES = tuple(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
WORKERS = ("analysis", "alerting", "timeseries")
JUMPS = (timedelta(minutes=14), timedelta(hours=-9), timedelta(hours=-2), timedelta(minutes=5), timedelta(0))
"""Forward by less than what the clock waits before it closes a day of somebody who was just heard; back by less than an
alert waits for an answer, since one that is raised on a clock that is behind escalates as much too early."""
ESCALATE = timedelta(hours=10)
BEYOND = timedelta(hours=11)
"""A jump of the alerting worker alone: every alert of the run has waited too long by then, and once."""


def run(case: Case, *, each: int, patients: int, rate: float) -> Verdict:
    """`each`: events that come along with each jump."""
    sent = cohort(each * (len(JUMPS) + 1), patients=patients, seed=case.seed)
    with Stack(case.folder, escalate_after_minutes=ESCALATE / timedelta(minutes=1)) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        clocks = {name: _Clock(case.folder / f"{name}.clock") for name in WORKERS}
        start_all([stack.process(name, **clock.environment) for name, clock in clocks.items()])
        with ByKafka(stack.kafka, sent, rate=rate) as sender:
            for number, jump in enumerate(JUMPS, 1):
                sender.allowed = each * number
                wait_for(lambda: sender.sent >= sender.allowed, "events to be sent")
                for clock in clocks.values():
                    clock.show(jump)
                case.say(f"the clocks of the workers are {jump / timedelta(minutes=1):+,.0f} minutes off")
            sender.allowed = len(sent)
        stack.settle(*WORKERS)
        wait_for(lambda: stack.pager.paged.keys() >= truth.pages, "all pages", seconds=60)
        verdict = Verdict({"jumps": len(JUMPS) + 1})
        verdict.count("pages before their time", len(stack.pager.paged.keys() - truth.pages))
        clocks["alerting"].show(BEYOND)
        second = {hashed_id(alert, "1", "on_call_second") for alert in truth.alerts if _pages(alert, truth.pages)}
        wait_for(lambda: stack.pager.paged.keys() >= second, "the second on call to be paged", seconds=120)
        clocks["alerting"].show(timedelta(0))
        stack.settle(*WORKERS)
        compare_analysis(verdict, stack.kafka, truth)
        compare_sets(verdict, "pages", set(stack.pager.paged), set(truth.pages | second))
        verdict.count("workers that ended", sum(len(one.ended) for one in stack.processes))
    return verdict


def _pages(alert: str, pages: frozenset[str]) -> bool:
    return hashed_id(alert, "0", "on_call") in pages


def no_library() -> str:
    return "" if LIBRARIES else "libfaketime is not installed: .ci/faketime installs Debian's"


class _Clock:
    """How far off the clock of a process is; it looks once a second."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.show(timedelta(0))

    def show(self, off: timedelta) -> None:
        staged = self._file.with_suffix(".new")
        staged.write_text(f"{off.total_seconds():+.0f}")
        staged.replace(self._file)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(LIBRARIES[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }


FAULT = Fault(
    name="clock",
    title="the workers' clocks jump forward and back",
    must_hold="nothing lost or paged before its time; nobody ends",
    run=run,
    full={"each": 3_000, "patients": 100, "rate": 300},
    short={"each": 300, "patients": 40, "rate": 300},
    kept_by="tests/cli/test_topics.py",
    missing=no_library,
)
