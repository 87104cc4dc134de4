"""docker-compose.yml speaks the words of `streams.settings` and the commands of `ipt-pulse`, and gives away no more."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from deploy.cli import COMMANDS
from streams.adapters.slot import MARK
from streams.settings import Settings

ROOT = Path(__file__).parents[3]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PREFIX = "IPT_PULSE_"
WORKERS = ("analysis", "alerting", "timeseries")
KEYS = {"gateway", "console", "backup", "demo-phones", "demo-account"}
"""Who may see the clinic's keys and accounts."""


def told(name: str) -> dict[str, str]:
    return dict(SERVICES[name].get("environment", {}))


def secrets(name: str) -> list[str]:
    return list(SERVICES[name].get("secrets", []))


def volumes(name: str) -> dict[str, str]:
    """Where they are mounted, by their names; a default in a name is left out."""
    mounts = (re.sub(r"\$\{.*?\}", "policy", volume).split(":") for volume in SERVICES[name].get("volumes", []))
    return {mount[0]: mount[1] for mount in mounts}


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_with_a_valid_value(name: str) -> None:
    fields = {key.removeprefix(PREFIX).lower(): value for key, value in told(name).items() if key.startswith(PREFIX)}
    assert fields.keys() <= Settings.model_fields.keys()
    Settings(**{key: value for key, value in fields.items() if not value.startswith("${")})


@pytest.mark.parametrize("secret", [name for name in COMPOSE["secrets"] if name.startswith(PREFIX.lower())])
def test_every_secret_of_ours_is_named_after_a_setting(secret: str) -> None:
    assert secret.removeprefix(PREFIX.lower()) in Settings.model_fields


def test_no_secret_lies_in_a_variable() -> None:
    secret = {name for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)}
    for name in SERVICES:
        variables = {key.removeprefix(PREFIX).lower() for key in told(name)}
        assert not variables & secret
        assert not [key for key in told(name) if re.search("PASSWORD$|TOKEN$|SECRET$", key)]


def test_every_secret_is_made_and_every_one_made_is_used() -> None:
    made = (ROOT / "deploy" / "make-secrets").read_text()
    for secret in COMPOSE["secrets"].values():
        assert Path(secret["file"]).name in made
    assert {secret for name in SERVICES for secret in secrets(name)} == COMPOSE["secrets"].keys()


def test_nobody_else_may_enter_the_folder_of_secrets_even_if_it_was_there_before(tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "secrets").mkdir(mode=0o755)
    script = shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path / "deploy")
    subprocess.run([script], check=True, capture_output=True)
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    made = {file.name for file in (tmp_path / "secrets").iterdir()}
    assert made == {Path(secret["file"]).name for secret in COMPOSE["secrets"].values()}


@pytest.mark.parametrize("name", [name for name in OURS if "entrypoint" not in OURS[name]])
def test_every_command_exists(name: str) -> None:
    assert OURS[name]["command"][0] in {command.name for command in COMMANDS}


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "ports" in service])
def test_published_and_asked_ports_are_the_ones_listened_on(name: str) -> None:
    listening = next(value for key, value in told(name).items() if key.endswith("_PORT"))
    assert [port.split(":")[-1] for port in OURS[name]["ports"]] == [listening]
    assert f"127.0.0.1:{listening}/readyz" in OURS[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", [name for name in OURS if "IPT_PULSE_METRICS_PORT" in told(name)])
def test_health_is_asked_where_it_is_told(name: str) -> None:
    assert f":{told(name)['IPT_PULSE_METRICS_PORT']}/readyz" in OURS[name]["healthcheck"]["test"][-1]


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "ports" in service])
def test_what_a_proxy_says_of_who_asks_is_believed(name: str) -> None:
    default = re.fullmatch(r"\$\{PROXIES:-(.+)}", told(name)["FORWARDED_ALLOW_IPS"])
    assert default is not None
    assert default[1] != "*"  # then a client could say that it is anybody
    believed = ProxyHeadersMiddleware(app=None, trusted_hosts=default[1]).trusted_hosts  # type: ignore[arg-type]
    assert "172.18.0.1" in believed
    assert "203.0.113.7" not in believed


def test_only_loopback_is_published() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_is_unlimited_or_may_become_more_than_it_is(name: str) -> None:
    assert {"cpus", "memory"} <= SERVICES[name]["deploy"]["resources"]["limits"].keys() or name == "demo-pager"
    if name in OURS:
        assert OURS[name]["read_only"]
        assert OURS[name]["cap_drop"] == ["ALL"]
    assert "healthcheck" in SERVICES[name] or SERVICES[name]["restart"] == "no"


@pytest.mark.parametrize("name", WORKERS)
def test_workers_can_be_scaled_and_hold_no_key(name: str) -> None:
    assert MARK in told(name)["IPT_PULSE_WORKER_NAME"]
    assert "clinic" not in volumes(name)
    assert "ports" not in SERVICES[name]
    assert "container_name" not in SERVICES[name]


def test_the_clinics_keys_are_seen_by_few() -> None:
    assert {name for name in SERVICES if "clinic" in volumes(name)} == KEYS


def test_every_user_of_a_volume_has_it_and_every_volume_is_used() -> None:
    named = {volume for name in SERVICES for volume in volumes(name) if not volume.startswith((".", "policy"))}
    assert named == COMPOSE["volumes"].keys()


def test_who_speaks_to_kafka_can_sign_in_and_waits_for_the_topics() -> None:
    for name in [name for name in OURS if "IPT_PULSE_KAFKA" in told(name)]:
        assert told(name)["IPT_PULSE_KAFKA_USER"] == told("kafka")["IPT_PULSE_KAFKA_USER"]
        if name not in {"topics", "influx-setup", "grafana-sync", "backup"}:
            assert "ipt_pulse_kafka_password" in secrets(name)
            assert SERVICES[name]["depends_on"]["topics"] == {"condition": "service_completed_successfully"}


def test_set_up_comes_in_its_order() -> None:
    after = {name: SERVICES[name]["depends_on"] for name in ("topics", "influx-setup", "timeseries", "grafana-sync")}
    assert after["topics"]["kafka"] == {"condition": "service_healthy"}
    assert after["influx-setup"]["influxdb"] == {"condition": "service_healthy"}
    for name in ("timeseries", "grafana-sync"):
        assert after[name]["influx-setup"] == {"condition": "service_completed_successfully"}


def test_docker_compose_itself_reads_it() -> None:
    program = shutil.which("docker-compose")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(".ci/docker-compose should have installed it")
        pytest.skip("no docker-compose on the PATH")
    command = [program, "--profile", "demo", "--profile", "tools", "config", "--services"]
    variables = {"PATH": os.environ["PATH"], "PAGER_URL": "http://demo-pager:8090/page"}
    read = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=True)
    assert set(read.stdout.split()) == SERVICES.keys()
    refused = subprocess.run(
        command, cwd=ROOT, env={"PATH": variables["PATH"]}, capture_output=True, text=True, check=False
    )
    assert refused.returncode != 0
    assert "PAGER_URL" in refused.stderr
