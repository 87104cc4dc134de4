"""How a process tells that it is well: `/metrics` and `/readyz`, and heartbeats to a dead man's switch.

Both in threads of their own, so that they answer for a process whose work is held up.
"""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from streams.adapters.heartbeat import Heartbeat
from streams.errors import Misconfigured
from streams.metrics import READY
from streams.settings import Settings

LOOPBACK = "127.0.0.1"
TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


def show_health(component: str, trouble: Callable[[], str | None], chosen: Settings) -> None:
    """Tell of the process until it ends, where the settings say so; gateway and console serve their own pages.

    Args:
        component: how the process is called outside, such as `analysis`.
        trouble: what keeps it from its work, None for nothing. Asked from other threads.
        chosen: the settings.

    Raises:
        Misconfigured: the port is taken, or the address of the switch is none.
    """
    READY.labels(component).set_function(lambda: float(trouble() is None))
    if url := chosen.heartbeat_url.get_secret_value().replace("{component}", component):
        if not url.startswith(("http://", "https://")):
            raise Misconfigured("IPT_PULSE_HEARTBEAT_URL begins with neither http:// nor https://")
        Heartbeat(url, chosen.heartbeat_every_s, trouble).start()
    if chosen.metrics_port is not None:
        serve_health(chosen.metrics_port, host=chosen.metrics_host, trouble=trouble)


def serve_health(port: int, *, trouble: Callable[[], str | None], host: str = LOOPBACK) -> None:
    """Serve until the process ends.

    Args:
        port: to listen on.
        host: to listen on.
        trouble: what keeps the process from its work, None for nothing. Asked from another thread.

    Raises:
        Misconfigured: the port is taken.
    """
    metrics = make_wsgi_app()

    def answer(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        match environ["PATH_INFO"]:
            case "/metrics":
                page: Iterable[bytes] = metrics(environ, start)
                return page
            case "/readyz":
                reason = trouble()
                # A list of its own: wsgiref adds the length of this answer to it.
                start("200 OK" if reason is None else "503 Service Unavailable", [*TEXT])
                return [b"ready\n" if reason is None else f"not ready: {reason}\n".encode()]
        start("404 Not Found", [*TEXT])
        return [b"not found\n"]

    try:
        server = make_server(host, port, answer, server_class=_Server, handler_class=_Silent)
    except OSError as error:
        raise Misconfigured(f"port {port} for metrics is taken: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """A supervisor asks every second."""
