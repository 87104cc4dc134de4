"""supervisord as the keeper of a stack's processes: its configuration, its start, and what we ask of it.

It runs detached, starts a process again when it crashes (after one second, then two, then three …), rotates the
logs, and is spoken to over a Unix socket. Used by deploy.local.stack.
"""

import contextlib
import hashlib
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ProtocolError, ServerProxy

import psutil
from supervisor.xmlrpc import SupervisorTransport

from deploy.local.errors import StackError
from deploy.local.services import HOME_MARK, Service

LONGEST_SOCKET_PATH = 90  # the system allows 108; supervisord adds its process id while it starts
STOP_TIMEOUT_S = 60.0

HEADER = """\
[unix_http_server]
file = {socket}
chmod = 0700
[supervisord]
logfile = {home}/logs/supervisord.log
logfile_maxbytes = 10MB
logfile_backups = 3
pidfile = {home}/supervisord.pid
childlogdir = {home}/logs
directory = {home}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""

PROGRAM = """\
[program:{name}]
command = {command}
environment = {environment}
priority = {priority}
autostart = false
autorestart = true
startsecs = 5
startretries = 100
stopsignal = {stop_signal}
stopwaitsecs = 30
stopasgroup = true
killasgroup = true
redirect_stderr = true
stdout_logfile = {home}/logs/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


@dataclass(frozen=True, slots=True)
class Process:
    """What supervisord knows of one process; `pid` and `uptime_s` are None while it does not run."""

    state: str
    pid: int | None
    uptime_s: float | None

    @property
    def is_alive(self) -> bool:
        """Whether the process exists."""
        return self.pid is not None


def socket_path(home: Path) -> Path:
    """The socket in `home`, or one in the temporary folder where the path of `home` is too long for a socket."""
    inside = home / "supervisor.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    short = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"ipt-pulse-{os.getuid()}-{short}.sock"


def render(home: Path, services: Sequence[Service]) -> str:
    """The configuration: every service as a program of its own, stopped in the reverse of this order."""
    parts = [HEADER.format(socket=_plain(str(socket_path(home))), home=_plain(str(home)))]
    for priority, service in enumerate(services, start=1):
        parts.append(
            PROGRAM.format(
                name=service.name,
                command=_plain(shlex.join(service.command)),
                environment=",".join(f'{name}="{_plain(value)}"' for name, value in service.environment.items()),
                priority=priority,
                stop_signal=service.stop_signal,
                home=_plain(str(home)),
            )
        )
    return "\n".join(parts)


def _plain(text: str) -> str:
    """`text` as the configuration has to spell it.

    Raises:
        StackError: it cannot be spelt there.
    """
    if any(mark in text for mark in (" ;", " #", "\n")):
        raise StackError(
            f"supervisord cannot be told {text!r}: a blank before ; or #, or a line break, is in it.",
            hint="Choose a folder with a plain name: --home DIR.",
        )
    return text.replace("%", "%%")


class Supervisor:
    """The supervisord of the stack in `home`, running or not."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def is_running(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self._ask("getPID"))
        except StackError:
            return False

    def launch(self, services: Sequence[Service], environment: Mapping[str, str]) -> None:
        """Start supervisord with these services, none of them running yet.

        Raises:
            StackError: it did not start.
        """
        (self._home / "logs").mkdir(parents=True, exist_ok=True)
        configuration = self._home / "supervisord.conf"
        configuration.write_text(render(self._home, services))
        launched = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-P", "-m", "supervisor.supervisord", "-c", str(configuration)],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,  # a Ctrl-C at the terminal is for us alone
            check=False,
        )
        if launched.returncode != 0:
            raise StackError(
                f"supervisord did not start: {(launched.stdout + launched.stderr).strip()[-500:]}",
                hint=f"Its configuration is {configuration}.",
            )

    def start(self, name: str) -> None:
        """Start one process, without waiting for it."""
        self._ask("startProcess", name, False)

    def processes(self) -> dict[str, Process]:
        """All processes by name.

        Raises:
            StackError: supervisord is not running.
        """
        return {info["name"]: _process(info) for info in self._ask("getAllProcessInfo")}

    def shut_down(self) -> None:
        """Stop all processes, last started first, and supervisord; return when they are gone."""
        keeper = psutil.Process(self._ask("getPID"))
        everything = [keeper, *keeper.children(recursive=True)]
        self._ask("shutdown")
        psutil.wait_procs(everything, timeout=STOP_TIMEOUT_S)

    def _ask(self, method: str, *arguments: object) -> Any:
        transport = SupervisorTransport(None, None, f"unix://{socket_path(self._home)}")
        try:
            with ServerProxy("http://local", transport=transport) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        except (OSError, ProtocolError, Fault) as error:
            raise StackError(
                f"supervisord did not {method}: {error}",
                hint=f"`ipt-pulse status` tells what is up; supervisord's log is {self._home}/logs/supervisord.log.",
            ) from error


def _process(info: Mapping[str, Any]) -> Process:
    if not info["pid"]:
        return Process(info["statename"], None, None)
    return Process(info["statename"], info["pid"], float(info["now"] - info["start"]))


def end_strays(home: Path) -> int:
    """End what a supervisord that was itself killed has left behind; returns how many processes that were."""
    strays = [process for process in psutil.process_iter() if _belongs(process, home)]
    for process in strays:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(strays, timeout=STOP_TIMEOUT_S / 2)
    for process in stubborn:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=STOP_TIMEOUT_S / 2)
    return len(strays)


def _belongs(process: psutil.Process, home: Path) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(HOME_MARK) == str(home)
    except psutil.Error:
        return False
