"""`ipt-pulse worker analysis | alerting | timeseries`: one Faust app in this process, until a signal ends it.

Each builder imports what its app alone needs: alerting must be back within seconds after a crash, and the libraries of
the others would double that.
"""

from collections.abc import Callable
from enum import StrEnum
from multiprocessing import get_context
from typing import Annotated

import structlog
import typer

from streams.adapters.slot import take_slot
from streams.agents.reporting import Reporting
from streams.cli.health import show_health
from streams.cli.observe import Counting
from streams.settings import Settings, settings
from streams.topics import (
    ACTIONS,
    ALERTS,
    EVENTS,
    GROUP_SIGNALS,
    GROUP_VIEWS,
    NOTIFICATIONS,
    POINTS,
    POPULATION,
    RECEIPTS,
    REJECTED,
    SIGNALS,
    VIEWS,
)
from streams.transport import BatchApp, Desk, Job, build_app, run

# ruff: noqa: PLC0415 -- see above

log = structlog.get_logger(__name__)

WORKERS_FOLDER = "workers"


def _analysis(chosen: Settings, desk: Desk) -> BatchApp:
    from streams.adapters.care_teams import read_care_teams
    from streams.adapters.policy import read_policy
    from streams.agents.analyse import AnalyseJob
    from streams.core import compiled
    from streams.core.warm import warm_up

    policy = read_policy(chosen.policy and chosen.policy / "detection.yaml")
    if not compiled.kept():
        # In a process of its own: what compiles leaves 90 MB behind, and this one only has to load what comes of it.
        compiler = get_context("spawn").Process(target=warm_up, args=(policy,), daemon=True)
        compiler.start()
        compiler.join()
    warm_up(policy)
    job = AnalyseJob(policy, read_care_teams(chosen.policy).ids)
    writes = (POINTS, SIGNALS, VIEWS, REJECTED, RECEIPTS, GROUP_SIGNALS, GROUP_VIEWS)
    return _app("analysis", job, chosen, desk, reads=(EVENTS, GROUP_SIGNALS, POPULATION), writes=writes)


def _alerting(chosen: Settings, desk: Desk) -> BatchApp:
    from streams.adapters.channels import open_channels
    from streams.adapters.plan import LivePlan
    from streams.agents.alert import AlertJob

    plan = LivePlan(chosen.policy)
    channels = open_channels(chosen, lambda: plan().routes.addresses)
    named = {name for names in plan().routes.channels.values() for name in names}
    for name in sorted(named - channels.keys()):
        log.warning("channel is not set up: who has no other is told in the console's inbox", channel=name)
    job = AlertJob(plan, channels, desk, partitions=chosen.partitions)
    reads, writes = (EVENTS, SIGNALS, ACTIONS), (ACTIONS, ALERTS, NOTIFICATIONS, POINTS)
    return _app("alerting", job, chosen, desk, reads=reads, writes=writes, urgent=PAGING_S)


def _timeseries(chosen: Settings, desk: Desk) -> BatchApp:
    from streams.adapters.care_teams import read_care_teams
    from streams.adapters.influxdb import influxdb
    from streams.adapters.places import places
    from streams.adapters.segments import Segments, points_folder, refused_folder
    from streams.agents.sinks import InfluxSink, SegmentSink, Sink
    from streams.agents.store import StoreJob

    def sink(place: str) -> Sink:
        waiting = Segments(points_folder(chosen.home, place))
        if chosen.influx_url is None:
            return SegmentSink(waiting)
        return InfluxSink(
            influxdb(chosen, place), refused=Segments(refused_folder(chosen.home, place)), waiting=waiting
        )

    if chosen.influx_url is None:
        folder = str(points_folder(chosen.home))
        log.warning("no InfluxDB is set up: points are kept on disk until `load-points` sends them", folder=folder)
    job = StoreJob({place: sink(place) for place in places(read_care_teams(chosen.policy).ids)})
    return _app("timeseries", job, chosen, desk, reads=(POINTS,), writes=(POINTS,), table=False, trouble=job.trouble)


PAGING_S = 30.0
"""Seconds that anything may wait which may page somebody, until the worker says that it is not well."""

WORKERS: dict[str, Callable[[Settings, Desk], BatchApp]] = {
    "analysis": _analysis,
    "alerting": _alerting,
    "timeseries": _timeseries,
}

Name = StrEnum("Name", tuple(WORKERS))  # type: ignore[misc]  # the choices are the keys above


def worker(name: Annotated[Name, typer.Argument(help="Which app to run.")]) -> None:
    """Run it; ends with 0 after SIGTERM or Ctrl-C, and otherwise asks its supervisor to start it again."""
    told, desk = settings(), Desk()
    slot = take_slot(told.worker_name or name, told.home / WORKERS_FOLDER)
    chosen = told.model_copy(update={"worker_name": slot.name if told.worker_name else None})
    app = WORKERS[name](chosen, desk)
    show_health(slot.name, app.trouble, chosen)
    run(app)


def _app(
    name: str,
    job: Job,
    chosen: Settings,
    desk: Desk,
    *,
    reads: tuple[str, ...],
    writes: tuple[str, ...] = (),
    table: bool = True,
    urgent: float | None = None,
    trouble: Callable[[], str | None] | None = None,
) -> BatchApp:
    return build_app(
        name,
        bootstrap=chosen.kafka,
        topics=reads,
        outputs=writes,
        job=Reporting(job, chosen.worker_name or name),
        state_dir=chosen.home / WORKERS_FOLDER / (chosen.worker_name or name),
        partitions=chosen.partitions,
        desk=desk,
        table=table,
        instance_id=chosen.worker_name,
        replication=chosen.replication,
        observer=Counting(),
        urgent={} if urgent is None else dict.fromkeys(reads, urgent),
        trouble=trouble,
    )
