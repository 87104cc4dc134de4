"""The folder that holds the state of analysis is lost: everything comes back from the changelog."""

import asyncio
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import psutil
from aiokafka import AIOKafkaProducer
from msgspec.structs import replace
from rocksdict import AccessType, Options, Rdict

from streams.adapters.policy import read_policy
from streams.cli.bench.history import history_record
from streams.core.packed import unpack
from streams.topics import STATE_OF_ANALYSIS
from streams.transport.outbox import hashed
from tests.faults.changelog import Rows, patient_of, rows_of, rows_of_patients
from tests.faults.cohort import cohort
from tests.faults.fault import Case, Fault, Verdict
from tests.faults.reader import compare_sets, newest, packed_states
from tests.faults.sender import send_all
from tests.faults.stack import Stack
from tests.faults.truth import truth_of

KNOWN, SENT = "known-", "p-"
"""How the names begin of those who are only in the state, and of those who are heard of."""


def run(case: Case, *, patients: int, days: int, events: int) -> Verdict:
    """`days`: what each patient's state holds; `events`: sent before the loss, and as many after it."""
    sent = cohort(2 * events, patients=100, seed=case.seed)
    known = unpack(*history_record(days, read_policy()))
    before: Rows = {}
    for number in range(patients):
        before |= rows_of(f"{KNOWN}{number}", replace(known, heard_at=number))
    size = sum(map(len, before.values())) // patients
    with Stack(case.folder) as stack:
        truth = truth_of(sent, stack.policy, stack.plan)
        case.say(f"writing the states of {patients:,} patients, {size:,} bytes each")
        asyncio.run(_write(stack.kafka, before))
        worker = stack.process("analysis")
        worker.start()
        send_all(stack.kafka, sent[:events])
        stack.settle("analysis")
        assert worker.is_alive()
        worker.stop()
        shutil.rmtree(stack.home / "workers")
        case.say("the folder is gone")
        begun = time.monotonic()
        worker.start()
        rebuilt, spent = time.monotonic() - begun, psutil.Process(worker.pid).cpu_times()
        send_all(stack.kafka, sent[events:])
        stack.settle("analysis")
        verdict = Verdict({"patients": patients, "state, bytes": size})
        worker.stop()
        folder, changelog = rows_below(stack.home / "workers"), newest(stack.kafka, STATE_OF_ANALYSIS)
        for what, found in (("rows on disk", folder), ("rows in the changelog", changelog)):
            compare_sets(verdict, what, set(rows_of_patients(found, KNOWN).items()), set(before.items()))
            compare_sets(verdict, "states", packed_states(found, SENT), set(truth.states.items()))
    verdict.seconds("start to ready", rebuilt, below=30)
    verdict.note("of that on the processor, s", round(spent.user + spent.system, 1))
    return verdict


async def _write(kafka: str, rows: Mapping[bytes, bytes]) -> None:
    """By aiokafka, whose checksums are not computed in Python: this is half a gigabyte."""
    async with AIOKafkaProducer(bootstrap_servers=kafka, max_batch_size=500_000, linger_ms=20) as to:
        count = len(await to.partitions_for(STATE_OF_ANALYSIS))
        sent = [
            await to.send(STATE_OF_ANALYSIS, value, key, partition=hashed(patient_of(key)) % count)
            for key, value in rows.items()
        ]
        await asyncio.gather(*sent)


def rows_below(folder: Path) -> dict[bytes, bytes]:
    """All that is in the databases below a folder, which nobody has open; without Faust's own key."""
    found: dict[bytes, bytes] = {}
    for current in folder.rglob("CURRENT"):
        database = Rdict(str(current.parent), options=Options(raw_mode=True), access_type=AccessType.read_only())
        found |= dict(database.items())
        database.close()
    return {key: value for key, value in found.items() if not key.startswith(b"__faust")}


FAULT = Fault(
    name="wiped",
    title="disk of the state lost",
    must_hold="rebuilt from the changelog, equal state; 100k patients < 30 s",
    run=run,
    full={"patients": 100_000, "days": 84, "events": 2_000},
    short={"patients": 500, "days": 14, "events": 200},
    kept_by="tests/transport/test_faults.py",
)
