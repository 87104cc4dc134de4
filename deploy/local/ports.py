"""Free loopback ports: found once, then kept, so that addresses stay the same between runs.

Used by every server under deploy.local.
"""

import contextlib
import socket

from deploy.local.errors import StackError

LOOPBACK = "127.0.0.1"
CONNECT_TIMEOUT_S = 1.0


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now (a port in TIME_WAIT counts as free)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def listens(port: int) -> bool:
    """Whether anybody accepts connections on this loopback port."""
    try:
        socket.create_connection((LOOPBACK, port), timeout=CONNECT_TIMEOUT_S).close()
    except OSError:
        return False
    return True


def free_ports(count: int) -> list[int]:
    """`count` different loopback ports that nobody listens on."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind((LOOPBACK, 0))
        return [probe.getsockname()[1] for probe in probes]


def require_free(port: int, *, who: str, instead: str = "let it use another port") -> None:
    """Make sure that `who` can listen on `port`; `instead` says how it is given another one.

    Raises:
        StackError: another program listens there.
    """
    if not is_free(port):
        raise StackError(
            f"Port {port}, where {who} should listen, is taken by another program.",
            hint=f"Stop that program (`ss -ltnp 'sport = :{port}'` names it), or {instead}.",
        )
