"""Packed days are what a sorted set of them would be."""

from hypothesis import given
from hypothesis import strategies as st

from streams.core import day_bits

DAYS = st.sets(st.integers(-2, 90)) | st.sets(st.integers(83_900, 84_006))


@given(DAYS)
def test_the_days_come_back_in_order(days: set[int]) -> None:
    assert day_bits.unpack(day_bits.pack(days)) == tuple(sorted(days))


@given(DAYS, st.randoms(use_true_random=False))
def test_equal_sets_give_equal_bytes(days: set[int], random: object) -> None:
    shuffled = [*days, *days]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert day_bits.pack(shuffled) == day_bits.pack(days)


def test_twelve_weeks_take_fifteen_bytes() -> None:
    assert len(day_bits.pack(range(20_000, 20_084))) == 15
    assert day_bits.pack([]) == b""
