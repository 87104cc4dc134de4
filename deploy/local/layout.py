"""Where everything of one stack lies: its folder, its ports, its InfluxDB; decided at the first start, then kept.

Written to stack.json in the stack's home by `up`, and read there by `status`, `down`, `doctor` and `demo`.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2, Release
from deploy.local.ports import LOOPBACK, free_ports

FILE = "stack.json"
UP_LOCK = "up.lock"
PORTS = (
    "kafka",
    "controller",
    "influxdb",
    "gateway",
    "console",
    "phone",
    "analysis",
    "alerting",
    "timeseries",
    "refit",
    "auditor",
)


@dataclass(frozen=True, slots=True)
class Influxd:
    """The InfluxDB program that a stack runs."""

    release: Release
    program: Path


@dataclass(frozen=True, slots=True)
class Layout:
    """One stack: `ports` by the name of the service (`controller` is Kafka's second one)."""

    home: Path
    ports: Mapping[str, int]
    influxd: Influxd | None

    @property
    def kafka(self) -> str:
        """Kafka's bootstrap address."""
        return f"{LOOPBACK}:{self.ports['kafka']}"

    def url(self, name: str) -> str:
        """The address of a service that speaks HTTP."""
        return f"http://{LOOPBACK}:{self.ports[name]}"

    def data(self, name: str) -> Path:
        """The folder that a server keeps its data in."""
        return self.home / name

    def log(self, name: str) -> Path:
        """The file that a service's output goes to (rotated at 10 MB)."""
        return self.home / "logs" / f"{name}.log"

    def save(self) -> None:
        """Write it down for the commands that come after."""
        influxd = self.influxd and {"version": self.influxd.release.version, "program": str(self.influxd.program)}
        kept = {"ports": dict(self.ports), "influxdb": influxd}
        (self.home / FILE).write_text(json.dumps(kept, indent=2) + "\n")


def load(home: Path) -> Layout | None:
    """The layout of the stack in `home`; None when there has never been one."""
    if not (home / FILE).exists():
        return None
    kept = json.loads((home / FILE).read_text())
    influxd = None
    if kept["influxdb"]:
        release = next(one for one in (INFLUXDB_2, INFLUXDB_1) if one.version == kept["influxdb"]["version"])
        influxd = Influxd(release, Path(kept["influxdb"]["program"]))
    return Layout(home, kept["ports"], influxd)


def plan(home: Path, influxd: Influxd | None) -> Layout:
    """The layout for the next start: the ports of the last one, or free ones where there are none yet."""
    before = load(home)
    ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
    return Layout(home, {**ports, **(before.ports if before else {})}, influxd)


def wipe(home: Path) -> None:
    """Remove all that the stack in `home` ever kept. A folder that is no stack's home is left alone.

    Raises:
        StackError: `home` holds something, but no stack.
    """
    if not home.exists():
        return
    kept = [path for path in home.iterdir() if path.name != UP_LOCK]
    if kept and not (home / FILE).exists():
        raise StackError(
            f"{home} is not empty and holds no stack of ours, so it is not wiped.",
            hint="Name another folder with --home, or empty this one yourself.",
        )
    for path in kept:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
