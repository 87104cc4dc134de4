"""A pager for the demo: a local receiver of the on-call webhook that believes nothing without its signature, nor twice.

`command` starts it before the stack, which is told its address and secret; pages are shown on the screen as received.
`python -m deploy.demo.pager HOST PORT` prints them: the one of docker-compose.yml.
"""

import hmac
import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from rich.console import Console

from deploy.local.ports import LOOPBACK
from streams.settings import settings

BODY_LIMIT = 65_536
FRESH_S = 300.0
"""How far a message's time may be from ours; what was recorded on the way is worth nothing afterwards."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the on-call clinician sees: that an alert waits, how urgent it is, and where to sign in. Nothing else."""

    recipient: str
    urgency: str
    link: str


class Pager:
    """Listens while it is entered, by default on a free loopback port; `on_page` is called once a page, in a thread."""

    def __init__(
        self,
        on_page: Callable[[Page], None],
        *,
        clock: Callable[[], float] = time.time,
        listen: tuple[str, int] = (LOOPBACK, 0),
        secret: str | None = None,
    ) -> None:
        self.secret = secret or secrets.token_hex(32)
        self._on_page = on_page
        self._clock = clock
        self._seen: set[str] = set()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(listen, self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, name="pager", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self._server.server_port}/page"

    def receive(self, timestamp: str, signature: str, key: str, body: bytes) -> HTTPStatus:
        """Take one message: refused without a valid and fresh signature, and heard only once under one key."""
        signed = hmac.digest(self.secret.encode(), timestamp.encode() + b"." + body, "sha256").hex()
        if not hmac.compare_digest(signature.encode(), f"v1={signed}".encode()):
            return HTTPStatus.UNAUTHORIZED
        if abs(self._clock() - float(timestamp)) > FRESH_S:  # signed, so it is a number
            return HTTPStatus.UNAUTHORIZED
        with self._lock:
            repeated = key in self._seen
            self._seen.add(key)
        if not repeated:
            told = json.loads(body)
            self._on_page(Page(told["recipient"], told["urgency"], told["link"]))
        return HTTPStatus.NO_CONTENT

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pager = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), BODY_LIMIT))
                timestamp, signature = self.headers["X-Ipt-Pulse-Timestamp"], self.headers["X-Ipt-Pulse-Signature"]
                status = pager.receive(timestamp or "", signature or "", self.headers["Idempotency-Key"] or "", body)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """The screen shows what matters."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def main(host: str, port: str) -> None:
    """Print pages until a signal ends it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    told = settings().pager_secret.get_secret_value()
    if not told:
        raise SystemExit("set IPT_PULSE_PAGER_SECRET, which pages are signed with")
    screen = Console(highlight=False)
    with Pager(
        lambda page: screen.print(f"page for {page.recipient}, {page.urgency}: {page.link}", soft_wrap=True),
        listen=(host, int(port)),
        secret=told,
    ):
        screen.print(f"a pager listens on port {port}")
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
