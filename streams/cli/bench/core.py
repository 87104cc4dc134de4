"""The pure core alone: how many check-ins analysis takes per CPU-second, with no Kafka and no disk.

Patients with a past report three times a day, a batch after the other, as a worker would find them. Called by
`ipt-pulse bench core`.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any, Final

from streams.adapters.policy import read_policy
from streams.agents.keys import body_key, record, rows
from streams.agents.reading import ReadBatch, read_batch
from streams.cli.bench.course import CHECK_INS_A_DAY, check_ins, patient_key, turn_at
from streams.cli.bench.history import history_records
from streams.cli.bench.stages import Sampler, Stages
from streams.core.advance import advance
from streams.core.analyse import analyse
from streams.core.at_once import go_the_short_way
from streams.core.calm import calm_until
from streams.core.clock import closes_at, day_due
from streams.core.detect import standing_findings, stirred
from streams.core.detect.mood import judge_days
from streams.core.detect.silence import judge_silence
from streams.core.fold import PASSING, let_pass, take_in
from streams.core.links import LinkPopulation
from streams.core.moments import DAY, Micros, micros
from streams.core.packed import pack, unpack
from streams.core.points import points
from streams.core.policy import Policy
from streams.core.reconcile import reconcile
from streams.core.view import view
from streams.core.warm import warm_up
from streams.transport.batch import RecordBatch, cut

ROUND_DAYS = PASSING // DAY
"""Days of a round: in each one, every patient's open days pass the horizon once."""
BATCH = 1_000
"""Records of a batch, as many as a worker gets at once."""
SHOWN = 200
"""Patients that the console is told of."""

STAGES: Final[Stages] = {
    "read": [read_batch],
    "short way": [go_the_short_way],
    "unpack": [unpack],
    "take_in": [take_in],
    "judge": [judge_days, judge_silence],
    "find": [stirred, standing_findings, reconcile],
    "let_pass": [let_pass],
    "clock": [closes_at, calm_until],
    "points": [points],
    "pack": [pack],
}


@dataclass(frozen=True, slots=True)
class _Record:
    """A record as Kafka would have delivered it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass(frozen=True, slots=True)
class _Spent:
    """CPU seconds that a day took, or a round."""

    read_s: float
    analyse_s: float
    clock_s: float


def measure_core(*, patients: int, history: int, rounds: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Let `patients` live `rounds` fortnights; the answer is what the command prints as its last line."""
    policy = read_policy()
    warm_up(policy)
    kept: dict[bytes, bytes | None] = {}
    for patient, known in enumerate(history_records(history, patients, policy)):
        kept |= rows(patient_key(patient), *known)
    days = _days(patients, rounds * ROUND_DAYS)
    sampler, check_ins, lived = Sampler(STAGES), patients * CHECK_INS_A_DAY * ROUND_DAYS, []
    for number in range(rounds):
        read_s = analyse_s = 0.0
        for batches in days[number * ROUND_DAYS : (number + 1) * ROUND_DAYS]:
            with sampler:
                read_of_day, analyse_of_day = _live(batches, kept, policy)
            read_s, analyse_s = read_s + read_of_day, analyse_s + analyse_of_day
        lived.append(_Spent(read_s, analyse_s, _close_by_clock(kept, policy, patients)))
        say(f"fortnight {number + 1}: {check_ins / analyse_s:>12,.0f} check-ins per CPU-second")
    read_s, analyse_s = median(one.read_s for one in lived), median(one.analyse_s for one in lived)
    check_in_us = (read_s + analyse_s) / check_ins * 1e6
    stages = {name: round(share * check_in_us, 1) for name, share in sampler.shares().items()}
    say("µs a check-in: " + ", ".join(f"{name} {taken}" for name, taken in stages.items()))
    sizes = [len(kept[one] or b"") + len(kept[body_key(one)] or b"") for one in map(patient_key, range(patients))]
    return {
        "patients": patients,
        "history": history,
        "rounds": rounds,
        "check_ins_per_cpu_s": round(check_ins / analyse_s),
        "with_reading_per_cpu_s": round(check_ins / (read_s + analyse_s)),
        "stages_us": stages,
        "clock_close_us": round(median(one.clock_s for one in lived) / patients * 1e6, 1),
        "view": _show(kept, policy, min(SHOWN, patients)),
        "state_bytes": {"mean": round(mean(sizes)), "max": max(sizes)},
    }


def _live(batches: Sequence[RecordBatch], kept: dict[bytes, bytes | None], policy: Policy) -> tuple[float, float]:
    """Take the batches in; returns the CPU seconds of reading them and of analysing them.

    By the thread's clock: the process's goes by ticks of some ms while a `Sampler` is at work.
    """
    read_s = analyse_s = 0.0
    for batch in batches:
        begun = time.thread_time()
        arrived = read_batch(batch.records, batch.partition)
        read = time.thread_time()
        kept.update(_analysed(arrived, kept, policy, now=batch.records[-1].timestamp * 1000))
        analyse_s += time.thread_time() - read
        read_s += read - begun
    return read_s, analyse_s


def _analysed(
    read: ReadBatch, kept: Mapping[bytes, bytes | None], policy: Policy, *, now: Micros
) -> dict[bytes, bytes | None]:
    """What the analysis agent has the core do for one batch, from rows to rows."""
    new: dict[bytes, bytes | None] = {}
    fronts = [kept[patient] for patient in read.events]
    ways = advance(read.arrived(now), fronts, lambda some: [kept[body_key(one)] for one in some], policy)
    for result in (*ways.short, *ways.long):
        new |= rows(result.patient, result.front, result.body)
    return new


def _close_by_clock(kept: Mapping[bytes, bytes | None], policy: Policy, patients: int) -> float:
    """CPU seconds of closing every patient's day by the clock. Nothing of it is kept: the next report closes it too."""
    begun = time.thread_time()
    for patient in map(patient_key, range(patients)):
        known = record(patient, kept.__getitem__)
        at = known.closes_at
        pack(analyse(patient.decode(), known, (), policy, closes=day_due(known, at), now=at).record)
    return time.thread_time() - begun


def _days(patients: int, days: int) -> list[list[RecordBatch]]:
    """The records of each day, cut into batches; patients take turns."""
    a_day = patients * CHECK_INS_A_DAY
    records = [
        _Record(number, micros(turn_at(number // patients + CHECK_INS_A_DAY)) // 1000, output.key, output.value)
        for number, output in enumerate(check_ins("bench", events=a_day * days, patients=patients))
    ]
    return [
        list(cut("bench", 0, records[start : start + a_day], start=start, end=start + a_day, size=BATCH))
        for start in range(0, a_day * days, a_day)
    ]


def _show(kept: Mapping[bytes, bytes | None], policy: Policy, patients: int) -> dict[str, int]:
    """What it takes to tell the console of a patient, which happens once whatever arrived within two seconds."""
    some = list(map(patient_key, range(patients)))
    begun = time.thread_time()
    sizes = [
        len(view(record(one, kept.__getitem__).state, one.decode(), LinkPopulation(), policy).model_dump_json())
        for one in some
    ]
    return {"us": round((time.thread_time() - begun) / len(some) * 1e6), "bytes": round(mean(sizes))}
