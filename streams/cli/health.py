"""A worker's `/metrics` for Prometheus and `/readyz` for its supervisor, on loopback, in a thread of its own."""

import threading
from collections.abc import Callable, Iterable
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import make_wsgi_app

from streams.errors import Misconfigured

HOST = "127.0.0.1"
TEXT = (("Content-Type", "text/plain; charset=utf-8"),)


def serve_health(port: int, *, trouble: Callable[[], str | None]) -> None:
    """Serve until the process ends.

    Args:
        port: on loopback.
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
        server = make_server(HOST, port, answer, server_class=_Server, handler_class=_Silent)
    except OSError as error:
        raise Misconfigured(f"port {port} for metrics is taken: {error.strerror}") from error
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        """A supervisor asks every second."""
