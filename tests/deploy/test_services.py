import configparser
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.cli import COMMANDS
from deploy.local.influxd import INFLUXDB_2
from deploy.local.keeper import render
from deploy.local.layout import Influxd, Layout, load, plan
from deploy.local.services import OURS, shared_environment, stack_services
from streams.settings import Settings


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return plan(tmp_path, None)


@pytest.fixture
def with_influxdb(layout: Layout) -> Layout:
    return replace(layout, influxd=Influxd(INFLUXDB_2, Path("/usr/bin/influxd")))


def test_every_service_waits_only_for_services_before_it(with_influxdb: Layout) -> None:
    seen: set[str] = set()
    for service in stack_services(with_influxdb, partitions=4):
        assert seen.issuperset(service.after)
        seen.add(service.name)
    webs_and_clocks = {"console", "gateway", "phone", "refit", "auditor"}
    assert seen == {"kafka", "influxdb", "analysis", "alerting", "timeseries"} | webs_and_clocks


def test_all_ports_differ(with_influxdb: Layout) -> None:
    ports = [port for service in stack_services(with_influxdb, partitions=4) for port in service.ports]
    assert len(set(ports)) == len(ports) == 11


def test_our_own_services_are_commands_that_exist(layout: Layout) -> None:
    names = {command.name for command in COMMANDS}
    ours = [one for one in stack_services(layout, partitions=4) if one.command[: len(OURS)] == OURS]
    assert len(ours) == 8
    commands = {service.command[len(OURS)] for service in ours}
    assert commands == {"worker", "gateway", "console", "phone", "refit", "audit"} <= names


def test_the_processes_read_back_what_they_are_told(with_influxdb: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    analysis = next(one for one in stack_services(with_influxdb, partitions=4) if one.name == "analysis")
    for name, value in (shared_environment(with_influxdb) | dict(analysis.environment)).items():
        monkeypatch.setenv(name, value)
    read = Settings()
    assert read.home == with_influxdb.home
    assert read.kafka == with_influxdb.kafka
    assert (read.gateway_port, read.console_port) == (
        with_influxdb.ports["gateway"],
        with_influxdb.ports["console"],
    )
    assert read.metrics_port == with_influxdb.ports["analysis"]
    assert str(read.influx_url) == f"{with_influxdb.url('influxdb')}/"
    assert len(read.influx_token.get_secret_value()) > 30


def test_without_influxdb_no_process_is_told_of_one(layout: Layout) -> None:
    assert not [name for name in shared_environment(layout) if "INFLUX" in name]


def test_the_layout_is_read_back_as_it_was_written(with_influxdb: Layout) -> None:
    with_influxdb.save()
    assert load(with_influxdb.home) == with_influxdb


def test_the_configuration_names_every_service_and_no_secret(with_influxdb: Layout) -> None:
    services = stack_services(with_influxdb, partitions=4)
    text = render(with_influxdb.home, services)
    assert shared_environment(with_influxdb)["IPT_PULSE_INFLUX_TOKEN"] not in text
    read = configparser.ConfigParser(interpolation=None)
    read.read_string(text)
    programs = [section.removeprefix("program:") for section in read.sections() if section.startswith("program:")]
    assert programs == [service.name for service in services]
    assert read["program:kafka"]["stopsignal"] == "TERM"
    assert f'IPT_PULSE_METRICS_PORT="{with_influxdb.ports["alerting"]}"' in read["program:alerting"]["environment"]
