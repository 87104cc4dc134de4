import asyncio

import pytest

from streams.transport.lease import Lease, LeaseLost


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def never() -> bool:
    return False


async def test_it_runs_out_a_while_after_the_heartbeat_was_sent() -> None:
    clock = Clock()
    lease = Lease(4.0, clock)
    clock.now = 103.9
    assert lease.valid
    clock.now = 104.0
    assert not lease.valid
    lease.renew(sent_at=101.0)
    assert lease.valid
    clock.now = 105.0
    assert not lease.valid


async def test_an_answer_that_comes_late_renews_by_when_it_was_asked_for() -> None:
    clock = Clock()
    lease = Lease(4.0, clock)
    clock.now = 110.0
    lease.renew(sent_at=105.0)
    assert not lease.valid


async def test_work_waits_for_the_next_heartbeat() -> None:
    clock = Clock()
    lease = Lease(4.0, clock)
    clock.now = 110.0
    holding = asyncio.create_task(lease.hold(never))
    await asyncio.sleep(0.1)
    assert not holding.done()
    lease.renew(sent_at=110.0)
    await asyncio.wait_for(holding, 5)


async def test_a_revoke_in_the_meantime_means_that_it_was_lost() -> None:
    clock = Clock()
    lease = Lease(4.0, clock)
    clock.now = 110.0
    with pytest.raises(LeaseLost):
        await lease.hold(lambda: True)


async def test_a_revoke_with_a_valid_lease_lets_the_step_be_written() -> None:
    await Lease(4.0, Clock()).hold(lambda: True)
