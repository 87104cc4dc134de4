"""The disk that holds the state of the workers is full for a while: a real, small file system of their own.

It is a tmpfs in a name space that any user may make where the kernel allows it; no privileges are needed.
"""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streams.topics import STATE_OF_ANALYSIS
from tests.faults.changelog import rows_of_patients
from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.reader import compare_analysis, compare_sets, newest, of_event
from tests.faults.sender import send_all
from tests.faults.stack import Stack, start_all, wait_for
from tests.faults.truth import truth_of
from tests.faults.wiped import rows_below

WORKERS = ("analysis", "timeseries")
SIZE = "64m"
UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


def no_small_disk() -> str:
    if shutil.which("unshare") is None or shutil.which("nsenter") is None:
        return "no unshare and nsenter here (util-linux)"
    tried = subprocess.run([*UNSHARE, "true"], capture_output=True, check=False)
    return "this kernel lets nobody have a file system of their own" if tried.returncode else ""


def run(case: Case, *, events: int, patients: int, full_s: float) -> Verdict:
    sent = cohort(events, patients=patients, seed=case.seed)
    third = events // 3
    with Stack(case.folder) as stack, _small_disk(stack.home) as (entering, disk):
        truth = truth_of(sent, stack.policy, stack.plan)
        workers = [stack.process(name, before=entering) for name in WORKERS]
        start_all(workers)
        send_all(stack.kafka, sent[:third])
        stack.settle(*WORKERS)
        _fill(disk)
        full_at = time.monotonic()
        case.say("the disk is full")
        send_all(stack.kafka, sent[third : 2 * third])
        wait_for(lambda: all(one.ended for one in workers), "both workers to stop")
        time.sleep(max(0.0, full_at + full_s - time.monotonic()))
        (disk / "filler").unlink()
        case.say("there is room again")
        begun = time.monotonic()
        send_all(stack.kafka, sent[2 * third :])
        stack.settle(*WORKERS)
        verdict = Verdict({"full, s": round(begun - full_at)})
        verdict.note("workers started again", sum(len(one.ended) for one in workers))
        verdict.count("workers that ended as if all were well", sum(one.ended.count(0) for one in workers))
        compare_analysis(verdict, stack.kafka, truth)
        for one in workers:
            one.release()
            one.stop()
        segments = (file.read_text().splitlines() for file in (disk / "points").glob("*.*"))
        compare_sets(
            verdict,
            "points in segments",
            {line for lines in segments for line in lines if of_event(line)},
            set(truth.points),
        )
        on_disk, changelog = rows_below(disk / "workers"), newest(stack.kafka, STATE_OF_ANALYSIS)
        here, there = (rows_of_patients(rows) for rows in (on_disk, changelog))
        compare_sets(verdict, "rows on disk", set(here.items()), set(there.items()))
    return verdict


@contextmanager
def _small_disk(folder: Path) -> Iterator[tuple[list[str], Path]]:
    """A file system of its own at `folder` for whoever is started with this prefix; and how we get to see it."""
    mount = f"mount -t tmpfs -o size={SIZE} none '{folder}' && echo mounted && exec sleep infinity"
    with subprocess.Popen([*UNSHARE, "sh", "-c", mount], stdout=subprocess.PIPE) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == b"mounted\n"
            entering = ["nsenter", f"--target={holder.pid}", "--user", "--mount", "--preserve-credentials", "--"]
            yield entering, Path(f"/proc/{holder.pid}/root{folder}")
        finally:
            holder.kill()


def _fill(disk: Path) -> None:
    with (disk / "filler").open("wb", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(65_536))


FAULT = Fault(
    name="disk",
    title="a full disk under state and segments",
    must_hold="workers stop, nothing lost, all goes on once there is room",
    run=run,
    full={"events": 15_000, "patients": 100, "full_s": 20},
    short={"events": 1_500, "patients": 40, "full_s": 3},
    missing=no_small_disk,
)
