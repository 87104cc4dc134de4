"""Every process of the local stack, in one list: how it is run, what it waits for, and when it is ready.

To add a process to the stack, add it here. deploy.local.stack starts, watches and stops whatever the list says.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deploy.local import influxdb, kafka
from deploy.local.layout import Influxd, Layout
from deploy.local.ports import LOOPBACK
from deploy.local.probe import answers
from streams.adapters.admin import create_topics

HOME_MARK = "IPT_PULSE_STACK"  # in the environment of every process of a stack: the home it belongs to
OURS = (sys.executable, "-P", "-m", "deploy.cli")


REFIT_AT = "03:00"
"""Local time of the nightly refit: when the fewest patients write."""


def nothing() -> None:
    """Nothing to do at this point."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process.

    Attributes:
        name: unique; also the name of its log file.
        command: runs in the foreground, and ends cleanly on `stop_signal`.
        is_ready: whether it does its work now; called again and again.
        address: what `status` shows, such as http://127.0.0.1:41234.
        ports: where it listens; checked to be free before anything is started.
        after: names of services that must be ready before this one is started.
        environment: what only this process is told.
        prepare: done just before it starts.
        once_ready: done when it is ready, before those that wait for it are started.
    """

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool]
    address: str
    ports: tuple[int, ...] = ()
    after: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = nothing
    once_ready: Callable[[], None] = nothing
    stop_signal: str = "TERM"


def stack_services(layout: Layout, partitions: int) -> tuple[Service, ...]:
    """Everything, in the order in which it can start; stopped in the reverse order."""
    databases = (_influxdb(layout, layout.influxd),) if layout.influxd else ()
    servers = (_kafka(layout, partitions), *databases)
    after = tuple(server.name for server in servers)
    workers = tuple(_worker(layout, name, after) for name in ("analysis", "alerting", "timeseries"))
    webs = (_web(layout, "console", after), _web(layout, "gateway", after))
    return (*servers, *workers, *webs, _phone(layout), _refit(layout, after), _auditor(layout, after))


def shared_environment(layout: Layout) -> dict[str, str]:
    """What every process of ours is told (streams.settings)."""
    told = {
        HOME_MARK: str(layout.home),
        "IPT_PULSE_HOME": str(layout.home),
        "IPT_PULSE_KAFKA": layout.kafka,
        "IPT_PULSE_GATEWAY_HOST": LOOPBACK,
        "IPT_PULSE_GATEWAY_PORT": str(layout.ports["gateway"]),
        "IPT_PULSE_CONSOLE_HOST": LOOPBACK,
        "IPT_PULSE_CONSOLE_PORT": str(layout.ports["console"]),
        "IPT_PULSE_CONSOLE_URL": layout.url("console"),
    }
    if layout.influxd is None:
        return told
    return told | {
        "IPT_PULSE_INFLUX_URL": layout.url("influxdb"),
        "IPT_PULSE_INFLUX_TOKEN": influxdb.kept_token(layout.data("influxdb")),
        "IPT_PULSE_INFLUX_ORG": influxdb.ORG,
        "IPT_PULSE_INFLUX_BUCKET": influxdb.BUCKET,
    }


def _kafka(layout: Layout, partitions: int) -> Service:
    data, port, controller = layout.data("kafka"), layout.ports["kafka"], layout.ports["controller"]
    return Service(
        name="kafka",
        command=tuple(kafka.command(data)),
        is_ready=lambda: kafka.is_ready(layout.kafka),
        address=layout.kafka,
        ports=(port, controller),
        prepare=lambda: kafka.prepare(data, port=port, controller_port=controller),
        once_ready=lambda: _make_topics(layout.kafka, partitions),
    )


def _make_topics(bootstrap: str, partitions: int) -> None:
    create_topics(bootstrap, partitions)


def _influxdb(layout: Layout, influxd: Influxd) -> Service:
    data, port, url = layout.data("influxdb"), layout.ports["influxdb"], layout.url("influxdb")
    return Service(
        name="influxdb",
        command=tuple(influxdb.command(influxd.program, data, influxd.release, port=port)),
        is_ready=lambda: influxdb.is_ready(url),
        address=url,
        ports=(port,),
        prepare=lambda: influxdb.prepare(data, influxd.release, port=port),
        once_ready=lambda: influxdb.onboard(url, influxd.release, token=influxdb.kept_token(data)),
    )


def _worker(layout: Layout, name: str, after: tuple[str, ...]) -> Service:
    told = {"IPT_PULSE_METRICS_PORT": str(layout.ports[name]), "IPT_PULSE_WORKER_NAME": name}
    return _ours(layout, name, ("worker", name), after, told)


def _refit(layout: Layout, after: tuple[str, ...]) -> Service:
    told = {"IPT_PULSE_METRICS_PORT": str(layout.ports["refit"])}
    return _ours(layout, "refit", ("refit", "--nightly", REFIT_AT), after, told)


def _auditor(layout: Layout, after: tuple[str, ...]) -> Service:
    return _ours(layout, "auditor", ("audit",), after, {"IPT_PULSE_METRICS_PORT": str(layout.ports["auditor"])})


def _phone(layout: Layout) -> Service:
    """The demonstration phone: no part of the pipeline, and served by nothing but a local stack."""
    return _ours(layout, "phone", ("phone",), ("gateway",), {"IPT_PULSE_PHONE_PORT": str(layout.ports["phone"])})


def _web(layout: Layout, name: str, after: tuple[str, ...]) -> Service:
    return _ours(layout, name, (name,), after, {})


def _ours(
    layout: Layout, name: str, arguments: tuple[str, ...], after: tuple[str, ...], told: Mapping[str, str]
) -> Service:
    url = layout.url(name)
    return Service(
        name=name,
        command=(*OURS, *arguments),
        is_ready=lambda: answers(f"{url}/readyz"),
        address=url,
        ports=(layout.ports[name],),
        after=after,
        environment=told,
    )
