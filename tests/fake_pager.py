"""A pager that is as unreliable as a real one: it refuses, fails, and hangs up after it has taken a message."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import orjson

HANG_UP = 0
"""An answer that never comes, although the message was taken."""


def always(status: int) -> Callable[[], int]:
    return lambda: status


def faulty(share: float, seed: int) -> Callable[[], int]:
    """An answer for each message: `share` of them a fault, one kind as likely as the other."""
    chance = random.Random(seed)  # noqa: S311 - faults, not secrets
    return lambda: chance.choice([429, 500, 503, HANG_UP]) if chance.random() < share else 202


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes
    answered: int

    @property
    def taken(self) -> bool:
        return self.answered in {202, HANG_UP}

    @property
    def json(self) -> dict[str, str]:
        return orjson.loads(self.body)

    @property
    def key(self) -> str:
        return self.headers["Idempotency-Key"]


@dataclass
class FakePager:
    """Listens on loopback while it is entered."""

    answer: Callable[[], int] = lambda: 202
    received: list[Received] = field(default_factory=list)
    _paged: dict[str, Received] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def hear(self, one: Received) -> None:
        """Whom it pages is kept up to date: whoever waits for thousands of pages asks many times a second."""
        self.received.append(one)
        if one.taken:
            self._paged[one.key] = one

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/page"

    @property
    def taken(self) -> list[Received]:
        """What it would page, before repeats are left out."""
        return [one for one in self.received if one.taken]

    @property
    def paged(self) -> dict[str, Received]:
        """Whom it pages: a repeated key is one page."""
        return self._paged.copy()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        pager = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = pager.answer()
                pager.hear(Received(dict(self.headers), body, status))
                if status == HANG_UP:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                pass

        return Handler
