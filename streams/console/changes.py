"""Tells whoever waits that the store has changed: the live inbox, and an action that waits for its effect."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """A bell in one event loop. It carries nothing: who hears it looks into the store."""

    def __init__(self) -> None:
        self._condition = asyncio.Condition()
        self.count = 0
        """How often it rang."""

    async def ring(self) -> None:
        """Wake everyone who waits."""
        async with self._condition:
            self.count += 1
            self._condition.notify_all()

    async def after(self, count: int, *, timeout_s: float) -> int:
        """Wait until it rang more than `count` times, or the time is up; return how often it has rung."""
        return await self.until(lambda: self.count > count and self.count, timeout_s=timeout_s) or self.count

    async def until(self, look: Callable[[], Found], *, timeout_s: float) -> Found:
        """Call `look` now and at each ring until what it returns is truthy, or the time is up; return its last."""
        found = look()
        try:
            async with asyncio.timeout(timeout_s), self._condition:
                while not (found := look()):
                    await self._condition.wait()
        except TimeoutError:
            return look()
        return found
