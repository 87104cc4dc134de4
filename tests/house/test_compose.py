"""docker-compose.yml speaks the words of `streams.settings` and the commands of `ipt-pulse`."""

from pathlib import Path

import pytest
import yaml

from streams.cli import COMMANDS
from streams.settings import Settings

ROOT = Path(__file__).parents[2]
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
PREFIX = "IPT_PULSE_"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting_with_a_valid_value(name: str) -> None:
    variables = {key: value for key, value in OURS[name]["environment"].items() if key.startswith(PREFIX)}
    fields = {key.removeprefix(PREFIX).lower(): value for key, value in variables.items()}
    assert fields.keys() <= Settings.model_fields.keys()
    Settings(**{key: value for key, value in fields.items() if not value.startswith("${")})


@pytest.mark.parametrize("name", OURS)
def test_every_command_exists(name: str) -> None:
    assert OURS[name]["command"][0] in {command.name for command in COMMANDS}


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "ports" in service])
def test_published_ports_are_the_ones_listened_on(name: str) -> None:
    listening = next(value for key, value in OURS[name]["environment"].items() if key.endswith("_PORT"))
    assert [port.split(":")[-1] for port in OURS[name]["ports"]] == [listening]


def test_only_loopback_is_published() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
