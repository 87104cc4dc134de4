"""A set of local days that lie near one another, packed: its first day, and a bit for each day from there on.

Equal sets give equal bytes, and a day of twelve weeks costs an eighth of a byte instead of three. Called by `signs`;
others read `State.told` and `State.unsafe`.
"""

from collections.abc import Collection
from typing import Final

from streams.core.moments import Day

_FIRST: Final = 4
"""Bytes of the first day."""


def pack(days: Collection[Day]) -> bytes:
    """The bytes of a set of days; none for no day."""
    if not days:
        return b""
    first = min(days)
    bits = sum(1 << day - first for day in set(days))
    return first.to_bytes(_FIRST, "little", signed=True) + bits.to_bytes((bits.bit_length() + 7) // 8, "little")


def unpack(packed: bytes) -> tuple[Day, ...]:
    """The days, oldest first."""
    first = int.from_bytes(packed[:_FIRST], "little", signed=True)
    bits = int.from_bytes(packed[_FIRST:], "little")
    return tuple(first + at for at in range(bits.bit_length()) if bits >> at & 1)
