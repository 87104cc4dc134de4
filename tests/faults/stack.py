"""The product's processes on a broker of their own, each started again when it ends, as supervisord would.

Faults kill, freeze and starve what is in here. Whatever was started is stopped by its own process id at the end.
"""

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import yaml

from deploy.local.errors import StackError
from deploy.local.influxdb import InfluxDB
from deploy.local.kafka import KafkaBroker
from deploy.local.ports import LOOPBACK, free_ports
from deploy.local.probe import answers
from deploy.local.process import Server
from streams.adapters.admin import create_topics
from streams.adapters.plan import ROUTES, load_plan
from streams.adapters.policy import read_policy
from streams.adapters.tokens import IMPORT, Tokens
from streams.adapters.tokens_devices import Devices
from streams.core.alerts import Plan
from streams.core.policy import Policy
from tests.fake_pager import FakePager
from tests.faults.groups import PARTITIONS, Progress, lag, looking

ROOT = Path(__file__).parents[2]
OURS = (sys.executable, "-P", "-m", "deploy.cli")
AGAIN_AFTER_S = 1.0
"""What supervisord takes at most to start a crashed process again."""
WORK = "ipt_worker_records_total"
"""What a worker counts when it has finished a batch."""
SECRET = "of a pager of ours"  # noqa: S105


def wait_for(until: Callable[[], object], what: str, *, seconds: float = 600.0, every: float = 0.05) -> None:
    """Poll until it is so; give up with what was waited for."""
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)


def start_all(processes: Collection["Process"]) -> None:
    """Start them at the same time, and again whenever one ends."""
    with ThreadPoolExecutor() as pool:
        list(pool.map(Server.start, processes))
    for one in processes:
        one.keep()


def _inherited() -> dict[str, str]:
    """Our environment, with leave to keep compiled modules: a start that compiles takes three times as long, and is not
    what anybody installs.
    """
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


class Process(Server):
    """One of our processes, with a keeper that starts it again unless it was stopped or is not to be `kept`."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], *, port: int, log: Path
    ) -> None:
        super().__init__(output=log)
        self.name, self.port = name, port
        self.url = f"http://{LOOPBACK}:{port}"
        self.ended: list[int] = []
        """Exit codes, one for each time it ended while it was kept."""
        self._command, self._environment = command, environment
        self._kept = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def command(self) -> Sequence[str]:
        return self._command

    def environment(self) -> Mapping[str, str]:
        return self._environment

    def is_ready(self) -> bool:
        return answers(f"{self.url}/readyz")

    def keep(self) -> Self:
        """From now on it is started again when it ends."""
        self._kept.set()
        self._keeper.start()
        return self

    def release(self) -> None:
        """It is not started again any more."""
        if self._kept.is_set():
            self._kept.clear()
            self._keeper.join()

    def metric(self, name: str) -> float:
        """The sum over all labels; 0 while it does not answer."""
        try:
            text = httpx.get(f"{self.url}/metrics", timeout=1, trust_env=False).text
        except httpx.TransportError:
            return 0.0
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))

    def works_again(self, before: float) -> bool:
        """Whether it has finished a batch since it had taken up `before` records; who was started again begins at 0."""
        return self.metric(WORK) not in {0.0, before}

    def exit_code(self, seconds: float = 60.0) -> int:
        """What it ended with, once it has."""
        return self._running().wait(seconds)

    @property
    def log(self) -> str:
        return self.output.read_text(errors="replace")

    def _keep(self) -> None:
        while self._kept.is_set():
            if self.is_alive():
                time.sleep(0.02)
                continue
            self.ended.append(self._running().wait())
            time.sleep(AGAIN_AFTER_S)
            # It may well end again at once, for instance while there is no broker: then it is tried again.
            with contextlib.suppress(StackError):
                if self._kept.is_set():
                    self.start()


class Stack:
    """A broker with all topics, and whichever processes a fault wants; a context manager."""

    def __init__(self, folder: Path, **page: Any) -> None:
        """`page` are settings of the critical ladder that differ from the policy that ships."""
        self.folder, self.home = folder, folder / "home"
        self.broker = KafkaBroker(folder / "kafka")
        self.pager = FakePager()
        self.influxdb: InfluxDB | None = None
        self.processes: list[Process] = []
        self._page = {"escalate_after_minutes": 600, "remind_every_minutes": 6000} | page
        self._open = contextlib.ExitStack()

    @property
    def kafka(self) -> str:
        return self.broker.bootstrap

    @property
    def policy(self) -> Policy:
        return read_policy(self._policy_folder / "detection.yaml")

    @property
    def plan(self) -> Plan:
        return load_plan(self._policy_folder)

    @property
    def _policy_folder(self) -> Path:
        return self.folder / "policy"

    def __enter__(self) -> Self:
        self._write_policy()
        with contextlib.ExitStack() as opening:
            opening.enter_context(self.broker)
            create_topics(self.kafka, PARTITIONS)
            opening.enter_context(self.pager)
            opening.callback(self._stop_processes)
            self._open = opening.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, value, trace)

    def add_influxdb(self, influxdb: InfluxDB) -> InfluxDB:
        self.influxdb = self._open.enter_context(influxdb)
        return influxdb

    def process(
        self,
        name: str,
        *arguments: str,
        program: Sequence[str] = OURS,
        before: Sequence[str] = (),
        port: str = "IPT_PULSE_METRICS_PORT",
        **told: str,
    ) -> Process:
        """One of ours, not started yet; by default the worker of that name.

        `before` stands in front of its command, `told` in its environment; `port` names the variable that says where
        it answers.
        """
        number = free_ports(1)[0]
        environment = _inherited() | self._environment() | {port: str(number), "IPT_PULSE_WORKER_NAME": name} | told
        command = [*before, *program, *(arguments or ("worker", name))]
        one = Process(name, command, environment, port=number, log=self.folder / f"{name}.log")
        self.processes.append(one)
        return one

    def web(self, name: str, **told: str) -> Process:
        """The gateway or the console."""
        return self.process(name, name, port=f"IPT_PULSE_{name.upper()}_PORT", **told)

    def token(self) -> str:
        """For a machine that sends for all patients; the gateway was started before."""
        devices, now = Devices(self.home), datetime.now(UTC)
        grant = devices.new_operator("faults", IMPORT, now + timedelta(days=1))
        devices.close()
        return Tokens(self.home / "keys").issue(grant, now)

    def lag(self, group: str) -> int:
        """Records that a group has not committed yet."""
        return lag(self.progress(group))

    def progress(self, group: str) -> Progress:
        """How far a group has come."""
        with looking(self.kafka, group) as look:
            return look()[group]

    def settle(self, *groups: str, seconds: float = 1_800.0) -> None:
        """Return once everything is done and committed, and has stayed so for a moment."""
        with looking(self.kafka, *groups) as look:
            for _ in range(2):
                wait_for(lambda: not any(map(lag, look().values())), f"{groups} to finish", seconds=seconds, every=0.3)
                time.sleep(1.0)

    def _environment(self) -> dict[str, str]:
        told = {
            "IPT_PULSE_KAFKA": self.kafka,
            "IPT_PULSE_HOME": str(self.home),
            "IPT_PULSE_POLICY": str(self._policy_folder),
            "IPT_PULSE_PAGER_URL": self.pager.url,
            "IPT_PULSE_PAGER_SECRET": SECRET,
        }
        if self.influxdb is None:
            return told
        return told | {"IPT_PULSE_INFLUX_URL": self.influxdb.url, "IPT_PULSE_INFLUX_TOKEN": self.influxdb.token}

    def _write_policy(self) -> None:
        """The one that ships, but who is told never depends on the hour or on what else is open."""
        shutil.copytree(ROOT / "deploy" / "policy", self._policy_folder)
        routes = yaml.safe_load((self._policy_folder / ROUTES).read_text())
        routes |= {"give_up_minutes": 600, "try_again_minutes": 600, "group_minutes": 0, "rules": {}, "inhibit": []}
        routes["ladders"] |= {"page": routes["ladders"]["page"] | self._page, "told": {"recipients": ["therapist"]}}
        routes["severities"] |= {"high": "told", "warning": "told"}
        (self._policy_folder / ROUTES).write_text(yaml.safe_dump(routes))
        self.home.mkdir()

    def _stop_processes(self) -> None:
        for one in self.processes:
            one.release()
        for one in self.processes:
            if one.is_alive():
                one.resume()
                one.kill()
