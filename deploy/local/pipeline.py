"""The pipeline as a stack: prepared, started in a home, and known again later.

Called by deploy.local.commands, deploy.local.doctor, and by whatever needs the whole pipeline running (demo, tests).
"""

from pathlib import Path

from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2, ensure, find
from deploy.local.layout import Influxd, Layout, plan, wipe
from deploy.local.progress import Report, silent
from deploy.local.runtime import ensure_jars
from deploy.local.services import Service, shared_environment, stack_services
from deploy.local.stack import start, starting
from streams.settings import settings


def up(home: Path, *, influxdb: bool | None = None, fresh: bool = False, report: Report = silent) -> Layout:
    """Start the whole pipeline in `home`, and return where everything is once all of it is ready.

    Args:
        home: folder of the stack's state, kept between runs; absolute.
        influxdb: True builds an InfluxDB where none is found, False runs none, None runs one if it is found.
        fresh: forget the state of earlier runs first.
        report: told what is being done, a line at a time.

    Raises:
        StackError: what is in the way, and what to do about it. Nothing is left running then.
    """
    with starting(home):
        if fresh:
            wipe(home)
        ensure_jars(report)
        layout = plan(home, choose_influxd(influxdb, report))
        start(layout, pipeline_services(layout), shared_environment(layout), report)
        return layout


def pipeline_services(layout: Layout) -> tuple[Service, ...]:
    """The services of this layout, with as many partitions as the settings say."""
    return stack_services(layout, settings().partitions)


def choose_influxd(wanted: bool | None, report: Report = silent) -> Influxd | None:
    """The InfluxDB to run: 2.7 where it is to be had, else 1.8 where that is found, else none."""
    if wanted is False:
        return None
    if wanted:
        return Influxd(INFLUXDB_2, ensure(INFLUXDB_2, report))
    found = ((release, find(release)) for release in (INFLUXDB_2, INFLUXDB_1))
    return next((Influxd(release, program) for release, program in found if program), None)
