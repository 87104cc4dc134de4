"""What a clinic of any size needs, on paper: arithmetic on what the other benchmarks measured.

Called by `ipt-pulse bench sizing`. Days have peaks: phones ask at the same hours everywhere in a time zone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any, Final

from streams.errors import Misconfigured
from streams.topics import EVENTS, TOPICS

EVENTS_A_DAY: Final = 9.1
"""Of one patient: three prompts and check-ins, an interaction, two heartbeats, a questionnaire a week."""
EVENT_BYTES: Final = 320
"""As it lies in Kafka, with its key and its share of a batch's head."""
PEAK: Final = 6
"""How many times the mean the busiest minutes are."""
BUSY: Final = 0.6
"""Share of a core that is planned for; the rest is for recovery and for growth."""
REPLICAS: Final = 3
PARTITIONS_A_WORKER: Final = 4
"""So that the loss of one worker is spread over the others."""
GB: Final = 1e9


@dataclass(frozen=True, slots=True)
class Measured:
    """What one event and one patient take."""

    event_s: float
    """CPU seconds of the whole analysis of one event, with transport."""
    view_s: float
    """CPU seconds of telling the console of a patient, which most events cause once."""
    post_s: float
    """CPU seconds of the gateway for one event, posted alone."""
    state_bytes: float
    """Of one patient."""
    worker_gb: float
    """Memory of a worker with the most patients that were measured."""
    patients_a_worker: int
    """How many those were."""
    recovered_a_second: float
    """Patients that an empty worker takes up a second."""


@dataclass(frozen=True, slots=True)
class Size:
    """What it takes; memory and disk of all machines together."""

    events_per_s: float
    events_per_s_at_peak: float
    gateway_cores: int
    analysis_workers: int
    partitions: int
    memory_gb: float
    """Of the analysis workers."""
    state_gb: float
    """RocksDB of all workers; the changelog is as large again on each of its replicas."""
    kafka_gb: float
    """Events for as long as they are kept, and the changelog, with replicas."""
    recovery_s: float
    """A lost worker's patients, taken up by one other from nothing."""


def size(patients: int, measured: Measured) -> Size:
    """What so many patients need."""
    events_per_s = patients * EVENTS_A_DAY / 86_400
    peak = events_per_s * PEAK
    cores = peak * (measured.event_s + measured.view_s) / BUSY
    workers = max(1, ceil(cores), ceil(patients / measured.patients_a_worker))
    state_gb = patients * measured.state_bytes / GB
    kept_days = next(topic.retention_days or 0 for topic in TOPICS if topic.name == EVENTS)
    events_gb = patients * EVENTS_A_DAY * kept_days * EVENT_BYTES / GB
    return Size(
        events_per_s=round(events_per_s, 1),
        events_per_s_at_peak=round(peak),
        gateway_cores=max(1, ceil(peak * measured.post_s / BUSY)),
        analysis_workers=workers,
        partitions=workers * PARTITIONS_A_WORKER,
        memory_gb=round(workers * measured.worker_gb, 1),
        state_gb=round(state_gb, 2),
        kafka_gb=round((events_gb + state_gb) * REPLICAS),
        recovery_s=round(patients / workers / measured.recovered_a_second),
    )


def read_measured(core: Path, gateway: Path, scale: Path) -> Measured:
    """The figures from what `bench core`, `bench gateway` and `bench scale` printed.

    Raises:
        Misconfigured: a file's last line is not what that command prints.
    """
    try:
        return _measured(_last_line(core), _last_line(gateway), _last_line(scale))
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise Misconfigured(f"these are not what the benchmarks print: {error!r}") from error


def _measured(core: Mapping[str, Any], gateway: Mapping[str, Any], scale: Mapping[str, Any]) -> Measured:
    (few, least), *_, (many, most) = scale["patients"].items()
    return Measured(
        event_s=most["cpu_us_per_event"] / 1e6,
        view_s=core["view"]["us"] / 1e6,
        post_s=1 / gateway["single"]["events_per_cpu_s"],
        state_bytes=core["state_bytes"]["mean"],
        worker_gb=most["rss_mb"] / 1e3,
        patients_a_worker=int(many),
        # The difference: to start at all takes as long with few patients.
        recovered_a_second=(int(many) - int(few)) / (most["ready_s"] - least["ready_s"]),
    )


def _last_line(file: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    return found
