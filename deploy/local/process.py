"""A server in a process of ours: started, waited for, frozen, killed, stopped.

KafkaBroker and InfluxDB are this with their own command and readiness; tests and benchmarks hold them in a
`with`.
"""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.errors import StackError

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0
POLL_S = 0.1


def wait_until(ready: Callable[[], bool], *, alive: Callable[[], bool], timeout_s: float) -> bool:
    """Poll until `ready`; False as soon as the thing is no longer alive, or when the time is over."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline and alive():
        if ready():
            return True
        time.sleep(POLL_S)
    return False


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log file, to be shown with an error; empty when there is no such file."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])


class Server:
    """One server process, in a session of its own so that a Ctrl-C at the terminal does not reach it.

    Subclasses say how it is run and when it is ready. What the server prints goes to the file `output`.
    """

    name = "server"

    def __init__(self, output: Path) -> None:
        self.output = output
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        """The program and its arguments, running in the foreground."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str] | None:
        """The server's environment; None for our own."""
        return None

    def is_ready(self) -> bool:
        """Whether it serves requests now."""
        raise NotImplementedError

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        return self._running().pid

    def is_alive(self) -> bool:
        """Whether the process exists (a frozen one does)."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and return once it is ready.

        Raises:
            StackError: it ended, or was not ready in time; the end of its log is part of the message.
        """
        self.output.parent.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own servers, no user input
                self.command(),
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if not wait_until(self.is_ready, alive=self.is_alive, timeout_s=START_TIMEOUT_S):
            self.kill()
            raise StackError(
                f"{self.name} did not start. The end of its log:\n{last_lines(self.output)}",
                hint=f"The whole log is {self.output}.",
            )

    def stop(self) -> None:
        """Ask it to end and wait until it has; killed if it takes too long. Nothing happens to a dead one."""
        if not self.is_alive():
            return
        self.resume()
        self._running().terminate()
        try:
            self._running().wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it with SIGKILL, as a crash of the machine would."""
        self._running().kill()
        self._running().wait()

    def pause(self) -> None:
        """Freeze it: connections stay open, nothing answers."""
        self._running().send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen server go on."""
        self._running().send_signal(signal.SIGCONT)

    def restart(self) -> None:
        """Stop it if it is alive, and start it again over the same data and address."""
        self.stop()
        self.start()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.stop()
