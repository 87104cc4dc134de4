"""The order in which a step becomes true, and that nothing follows what failed."""

from collections.abc import Iterable, Sequence
from unittest.mock import AsyncMock

import pytest

from streams.transport.job import Output, Step
from streams.transport.lease import LeaseLost
from streams.transport.writer import Writer

STEP = Step([Output("out", b"k", b"v")], {b"k": b"state"})


class Fakes:
    """Lease, outbox and table that note what they were asked for, and fail at one of it."""

    changelog_topic_name = "log"
    kept = 40

    def __init__(self, fails_at: str = "") -> None:
        self.asked: list[str] = []
        self.fails_at = fails_at

    def _note(self, what: str) -> None:
        if what == self.fails_at:
            raise LeaseLost
        self.asked.append(what)

    async def hold(self, _revoked: object) -> None:
        self._note("lease")

    async def send(self, outputs: Sequence[Output]) -> None:
        self._note(f"outputs {len(outputs)}")

    async def append(self, topic: str, partition: int, items: Iterable[tuple[bytes, bytes | None]]) -> int:
        self._note(f"{topic}/{partition} {len(list(items))}")
        return 41

    def kept_to(self, _partition: int) -> int:
        return self.kept

    def write(self, partition: int, items: Iterable[tuple[bytes, bytes | None]], offset: int) -> None:
        self._note(f"table {partition} {len(list(items))} up to {offset}")


async def write(fakes: Fakes, step: Step, *, table: bool = True) -> None:
    keys_between = AsyncMock(side_effect=AssertionError("nothing lies between"))
    await Writer(fakes, fakes, fakes if table else None, keys_between)(2, step, lambda: False)  # type: ignore[arg-type]


async def test_outputs_are_confirmed_before_the_state_that_remembers_them() -> None:
    fakes = Fakes()
    await write(fakes, STEP)
    assert fakes.asked == ["lease", "outputs 1", "lease", "log/2 1", "lease", "table 2 1 up to 41"]


@pytest.mark.parametrize(("fails_at", "before"), [("lease", 0), ("outputs 1", 1), ("log/2 1", 3)])
async def test_nothing_follows_what_failed(fails_at: str, before: int) -> None:
    fakes = Fakes(fails_at)
    with pytest.raises(LeaseLost):
        await write(fakes, STEP)
    assert len(fakes.asked) == before


async def test_what_was_sent_as_the_lease_ran_out_is_not_kept() -> None:
    """Rows of the next owner may lie before it in the changelog, which this disk has not got."""
    fakes = Fakes()
    fakes.append = append = AsyncMock(side_effect=lambda *_: setattr(fakes, "fails_at", "lease") or 41)  # type: ignore[method-assign]
    with pytest.raises(LeaseLost):
        await write(fakes, STEP)
    append.assert_awaited_once()
    assert fakes.asked == ["lease", "outputs 1", "lease"]


async def test_a_step_without_state_leaves_the_table_alone() -> None:
    fakes = Fakes()
    await write(fakes, Step(STEP.outputs), table=False)
    assert fakes.asked == ["lease", "outputs 1"]


async def test_state_without_a_table_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no table"):
        await write(Fakes(), STEP, table=False)
