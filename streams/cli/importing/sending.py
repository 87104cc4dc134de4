"""Takes the events of an import to the gateway, and remembers how far it came, so that it can be interrupted.

Called by `command`. Where the memory is lost, or a crash came between the answer and the note of it, events are sent
again; their ids make that harmless.
"""

import json
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Protocol

from streams.adapters.gateway_client import Sent


class Sender(Protocol):
    """What `streams.adapters.gateway_client.GatewayClient` can do."""

    def send(self, events: Iterable[bytes]) -> AsyncIterator[Sent]:
        """Send `events` in their order, and tell what became of them, in that order too."""


class Checkpoint:
    """A small file that says how many of the events were answered for, and which of those were refused (id to reason).

    It belongs to exactly these events at this gateway: for others it starts at nothing.
    """

    def __init__(self, folder: Path, url: str, events: Sequence[bytes]) -> None:
        mark = blake2b(url.encode(), digest_size=16)
        for event in events:
            mark.update(event)
        self._file = folder / f"{mark.hexdigest()}.json"
        kept = json.loads(self._file.read_text()) if self._file.exists() else {}
        self.answered: int = kept.get("answered", 0)
        self.refused: dict[str, str] = kept.get("refused", {})

    def advance(self, sent: Sent, refused: dict[str, str]) -> None:
        """Note that the next `sent.count` events were answered for."""
        self.answered += sent.count
        self.refused |= refused
        self._file.parent.mkdir(parents=True, exist_ok=True)
        whole = self._file.with_suffix(".new")
        whole.write_text(json.dumps({"answered": self.answered, "refused": self.refused}))
        whole.replace(self._file)

    def forget(self) -> None:
        """The import is complete: the next one of the same file sends it all again."""
        self._file.unlink(missing_ok=True)


async def send_rest(
    sender: Sender, ids: Sequence[str], events: Sequence[bytes], checkpoint: Checkpoint, tell: Callable[[int], None]
) -> None:
    """Send what `checkpoint` does not have yet.

    Args:
        sender: the gateway.
        ids: of `events`, one for one.
        events: all of the import, in order.
        checkpoint: brought forward with every answer.
        tell: called with how many events were answered for, each time.
    """
    start = checkpoint.answered
    async for sent in sender.send(events[start:]):
        checkpoint.advance(sent, {ids[start + one.index]: one.reason for one in sent.refused})
        tell(sent.count)
