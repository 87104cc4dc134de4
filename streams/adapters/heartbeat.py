"""Tells a dead man's switch, outside of all this, that a process is well; what is not heard of is missed there.

In a thread of its own, so that neither a receiver that does not answer nor a retry holds up any work. It says nothing
while the process is not well: silence is the alarm, and the only one that a frozen or dead process can give.
"""

import threading
from collections.abc import Callable

import httpx
import structlog

from streams.metrics import HEARTBEATS

log = structlog.get_logger(__name__)

ANSWER_S = 5.0
"""How long the receiver may take."""
RETRY_S = 5.0
"""After one that did not arrive."""


class Heartbeat:
    """Posts to `url` every `every_s` seconds while `trouble()` is None.

    Args:
        url: of the receiver; it is a secret, since whoever knows it can keep the switch quiet.
        every_s: seconds.
        trouble: what keeps the process from its work, asked from this thread.
    """

    def __init__(self, url: str, every_s: float, trouble: Callable[[], str | None]) -> None:
        self._url = url
        self._every_s = every_s
        self._trouble = trouble
        self._was_well = True
        self._arrived = True
        self._over = threading.Event()

    def start(self) -> None:
        """Begin; goes on until the process ends, or `stop`."""
        threading.Thread(target=self._run, name="heartbeat", daemon=True).start()

    def stop(self) -> None:
        """Say nothing any more."""
        self._over.set()

    def _run(self) -> None:
        with httpx.Client(timeout=ANSWER_S) as client:
            pause = 0.0
            while not self._over.wait(pause):
                pause = self._every_s if self._beat(client) else min(RETRY_S, self._every_s)

    def _beat(self, client: httpx.Client) -> bool:
        """Say that all is well, if it is; False when it did not arrive and is worth another try soon."""
        trouble = self._trouble()
        if (trouble is None) is not self._was_well:
            self._was_well = trouble is None
            log.warning("well again" if trouble is None else "not well: heartbeats stop", reason=trouble)
        if trouble is not None:
            HEARTBEATS.labels("held_back").inc()
            return False
        reason = _post(client, self._url)
        HEARTBEATS.labels("failed" if reason else "sent").inc()
        if (reason is None) is not self._arrived:
            self._arrived = reason is None
            log.warning("heartbeats arrive again" if reason is None else "heartbeats do not arrive", reason=reason)
        return reason is None


def _post(client: httpx.Client, url: str) -> str | None:
    """Why it did not arrive; never with the address."""
    try:
        answer = client.post(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__
    return None if answer.is_success else f"HTTP {answer.status_code}"
