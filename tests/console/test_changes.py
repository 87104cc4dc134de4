import asyncio

from streams.console.changes import Changes


async def test_everyone_who_waits_hears_a_ring() -> None:
    changes = Changes()
    waiting = [asyncio.create_task(changes.after(0, timeout_s=30)) for _ in range(3)]
    await asyncio.sleep(0)
    await changes.ring()
    assert await asyncio.gather(*waiting) == [1, 1, 1]


async def test_a_ring_that_was_missed_is_not_waited_for() -> None:
    changes = Changes()
    await changes.ring()
    assert await changes.after(0, timeout_s=30) == 1


async def test_waiting_ends_when_the_time_is_up() -> None:
    assert await Changes().after(0, timeout_s=0.01) == 0


async def test_until_looks_again_at_each_ring() -> None:
    changes, seen = Changes(), []

    def third_time() -> bool:
        seen.append(changes.count)
        return len(seen) == 4

    waiting = asyncio.create_task(changes.until(third_time, timeout_s=30))
    while not waiting.done():
        await asyncio.sleep(0)
        await changes.ring()
    assert await waiting is True
