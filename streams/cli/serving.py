"""Serves one of our web apps until a signal ends it. The commands `gateway` and `console` call it."""

import signal
from typing import Any

import uvicorn


def serve(app: Any, *, host: str, port: int, goodbye_s: int) -> None:
    """Serve `app`; returns after SIGTERM or Ctrl-C, when open requests are done or `goodbye_s` seconds are over."""
    # uvicorn ends well and then sends the signal once more to whoever handled it before: nobody would mean -15.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,  # paths carry pseudonyms
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=goodbye_s,
    )
