"""A dead man's switch for tests: who was heard, and how often; it answers as it is told."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Switch:
    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.status = 200
        self.url = ""

    def silent(self) -> set[str]:
        """Whom it has not heard since it was asked last."""
        known, self.heard = self.heard, Counter(dict.fromkeys(self.heard, 0))
        return {name for name, count in known.items() if not count}


@contextmanager
def switch() -> Iterator[Switch]:
    one = Switch()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            one.heard[self.path.strip("/")] += 1
            self.send_response(one.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    one.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
