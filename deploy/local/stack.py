"""The life of a stack of processes: started in order, looked at, stopped. What they are is none of its business.

deploy.local.pipeline starts ours with it; the tests bring small services of their own.
"""

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from deploy.local.errors import StackError
from deploy.local.keeper import Process, Supervisor, end_strays
from deploy.local.layout import FILE, UP_LOCK, Layout
from deploy.local.paths import make_private
from deploy.local.ports import require_free
from deploy.local.process import last_lines
from deploy.local.progress import Report, silent
from deploy.local.services import Service

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
START_TIMEOUT_S = 240.0  # five Python processes at once on a slow or busy machine
POLL_S = 0.3
CRASH_PATIENCE_S = 10.0  # one crash while starting may be a race; to crash on and on is not


@dataclass(frozen=True, slots=True)
class Status:
    """How one service is: `state` is `up`, `not ready`, `restarting` or `stopped`."""

    name: str
    state: str
    pid: int | None
    uptime_s: float | None
    address: str
    log: Path


@contextmanager
def starting(home: Path) -> Iterator[None]:
    """Hold the right to start a stack in `home`, which must not be up.

    Raises:
        StackError: a stack is up there, or being started by someone else.
    """
    make_private(home)  # patients' data, be they pseudonyms
    try:
        with FileLock(home / UP_LOCK, timeout=0):
            if Supervisor(home).is_running():
                raise StackError(
                    f"A stack is already up in {home}.",
                    hint="See it with `ipt-pulse status`, stop it with `ipt-pulse down`, or name another --home.",
                )
            end_strays(home)
            yield
    except Timeout as error:
        raise StackError(
            f"Another `ipt-pulse up` is starting a stack in {home}.", hint="Wait for it, or name another --home."
        ) from error


def start(layout: Layout, services: Sequence[Service], environment: Mapping[str, str], report: Report = silent) -> None:
    """Start `services`, each as soon as those it waits for are ready, and return when all are.

    Whatever goes wrong on the way, a Ctrl-C included, nothing is left running. To be called inside `starting`.

    Raises:
        StackError: a port is taken, or a service did not become ready.
    """
    layout.save()
    for service in services:
        for port in service.ports:
            require_free(port, who=service.name, instead=f"change its port in {layout.home / FILE}")
    try:
        Supervisor(layout.home).launch(services, environment)
        _start_all(layout, services, report)
    except BaseException:
        report("stopping what was started")
        down(layout.home)
        raise


def down(home: Path) -> bool:
    """Stop everything of the stack in `home`, and wait until it is gone. Returns whether anything was up.

    It takes some seconds, in which a Ctrl-C changes nothing: it would only leave half of it running.
    """
    with undisturbed():
        supervisor = Supervisor(home)
        was_up = supervisor.is_running()
        if was_up:
            supervisor.shut_down()
        strays = end_strays(home)
    return was_up or strays > 0


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore the signals that ask a program at a terminal to end; they come to the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def status(layout: Layout, services: Sequence[Service]) -> list[Status]:
    """How each service is now; all `stopped` when the stack is not up."""
    supervisor = Supervisor(layout.home)
    processes = supervisor.processes() if supervisor.is_running() else {}
    with ThreadPoolExecutor(len(services)) as pool:
        return list(pool.map(lambda service: _status(layout, service, processes.get(service.name)), services))


def _status(layout: Layout, service: Service, process: Process | None) -> Status:
    pid, uptime_s = (process.pid, process.uptime_s) if process else (None, None)
    if process and process.is_alive:
        state = "up" if service.is_ready() else "not ready"
    else:
        state = "restarting" if process and process.state == "BACKOFF" else "stopped"
    return Status(service.name, state, pid, uptime_s, service.address, layout.log(service.name))


def _start_all(layout: Layout, services: Sequence[Service], report: Report) -> None:
    supervisor = Supervisor(layout.home)
    started: dict[str, float] = {}
    ready: set[str] = set()
    while len(ready) < len(services):
        for service in services:
            if service.name not in started and ready.issuperset(service.after):
                report(f"{service.name}: starting")
                service.prepare()
                supervisor.start(service.name)
                started[service.name] = time.monotonic()
        processes = supervisor.processes()
        for service in services:
            if service.name in started and service.name not in ready:
                since = time.monotonic() - started[service.name]
                if _is_ready(layout, service, processes[service.name], since):
                    service.once_ready()
                    ready.add(service.name)
                    report(f"{service.name}: ready after {since:.1f} s at {service.address}")
        time.sleep(POLL_S)


def _is_ready(layout: Layout, service: Service, process: Process, since: float) -> bool:
    """Whether it is up, `since` seconds after it was started; an error once there is no hope."""
    if process.is_alive and service.is_ready():
        return True
    crashed = not process.is_alive and since > CRASH_PATIENCE_S
    if crashed or since > START_TIMEOUT_S:
        problem = "crashes while it starts" if crashed else f"was not ready after {since:.0f} s"
        log = layout.log(service.name)
        raise StackError(
            f"{service.name} {problem}. The end of its log:\n{last_lines(log)}", hint=f"The whole log is {log}."
        )
    return False
