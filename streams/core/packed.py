"""The bytes of a patient's record, in two rows: a front that every check-in changes, and a body that few events do.

The body is the record as it was when an event last had to be taken in the long way; the front holds the check-ins since
then. Together they are the record, also where a crash kept a newer body beside an older front: what both of them
hold counts once. Called by `advance`, the analysis agent, and those who read what workers keep.
"""

from struct import Struct
from typing import Any, Final, NamedTuple
from zlib import crc32

import msgspec
import numpy as np
import zstandard
from msgspec.structs import replace

from streams.core import days, moods
from streams.core.front import FRONT, MARK, VERSION, Front, check_version, marks, newest_day
from streams.core.links import doubled, halved
from streams.core.moments import NEVER, Micros, local_day
from streams.core.open_days import OpenDays
from streams.core.state import EMPTY, Raised, Record, State

BODY: Final = np.dtype(
    [
        ("version", "u1"),
        ("sum", "<u4"),
        ("history_until", "<i8"),
        ("first_day", "<i4"),
        ("last_alarm", "<i4"),
        ("silent", "u1"),
        ("days", "<u2"),
    ]
)
"""How a body begins: all that the close of a day asks for besides the days themselves.

`sum` is the checksum of what follows it, `first_day` and `last_alarm` are `NEVER` where there is none. The days come
next, `days` compressed bytes that the close of a day has to read; and then all else, which nothing short does.
"""
SIZE: Final = BODY.itemsize
_SUMMED: Final = BODY.fields["history_until"][1]  # type: ignore[index]
_compress: Final = zstandard.ZstdCompressor(level=1).compress
"""In a quarter of the time that zlib takes for the same size; higher levels save next to nothing of hashes and sums."""
decompress: Final = zstandard.ZstdDecompressor().decompress
_TIMES: Final = Struct("<qq")
_TIMES_AT: Final = FRONT.fields["closes_at"][1]  # type: ignore[index]


class Rest(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a body compresses."""

    state: State
    """Without the totals of its days, and with halved links."""
    raised: tuple[Raised, ...]
    told: dict[str, bytes]
    heard_through: int


class Rows(NamedTuple):
    """A record as it is kept."""

    front: bytes
    body: bytes


class NewRows(NamedTuple):
    """What is to be kept of a record anew."""

    front: bytes
    body: bytes | None
    """None where it stays as it was."""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Rest)


def pack(record: Record) -> Rows:
    """The rows of a record; equal records give equal bytes."""
    body = _body(record)
    state, newest = record.state, newest_day(record.state.day_totals)
    known = marks(state.moods) + b"".join([other.mark[:MARK] for other in state.others])
    front = Front(
        VERSION,
        int.from_bytes(body[1:_SUMMED], "little"),
        record.closes_at,
        record.view_at,
        record.calm_until,
        record.heard_through,
        record.heard_at,
        state.newest,
        state.judged_through,
        *_fields(newest),
        len(known) // MARK,
    )
    return Rows(front.row(known), body)


def unpack(front: bytes | None, body: bytes | None) -> Record:
    """The record behind those rows; None is a patient nobody has heard of.

    Raises:
        OtherVersionError: another version of this program wrote them.
    """
    if front is None or body is None:
        return EMPTY
    begun = Front.of(front)
    rest, day_totals = _rest(body)
    state = replace(rest.state, day_totals=day_totals, links=doubled(rest.state.links))
    if fresh := begun.fresh(front):
        state = _gone_on(state, begun, fresh) if begun.body == _sum(body) else _joined(state, begun, fresh)
    return Record(
        closes_at=begun.closes_at,
        view_at=begun.view_at,
        calm_until=begun.calm_until,
        state=state,
        raised=rest.raised,
        heard_through=max(begun.heard_through, rest.heard_through),
        heard_at=begun.heard_at,
        told=rest.told,
    )


def due(front: bytes) -> Micros:
    """When something is due for this patient; 0 for never."""
    check_version(front)
    return min(filter(None, _TIMES.unpack_from(front, _TIMES_AT)), default=0)


def repack(front: bytes, before: Record, after: Record) -> NewRows:
    """The rows of `after`, whose front was that of `before`; the body stays where only times have changed."""
    if after.state is not before.state or after.raised is not before.raised or after.told != before.told:
        return NewRows(*pack(after))
    times = _TIMES.pack(after.closes_at, after.view_at)
    return NewRows(front[:_TIMES_AT] + times + front[_TIMES_AT + _TIMES.size :], None)


def _body(record: Record) -> bytes:
    state = record.state
    bare = replace(state, day_totals=b"", links=halved(state.links))
    rest = Rest(bare, record.raised, record.told, record.heard_through)
    day_totals = _compress(state.day_totals)
    begins: tuple[Any, ...] = (
        VERSION,
        0,
        state.history_until,
        NEVER if state.first_day is None else state.first_day,
        state.alarms[-1].day if state.alarms else NEVER,
        bool(state.silences),
        len(day_totals),
    )
    row = np.array([begins], BODY).tobytes() + day_totals + _compress(_ENCODER.encode(rest))
    return row[:1] + crc32(row[_SUMMED:]).to_bytes(4, "little") + row[_SUMMED:]


def _rest(body: bytes) -> tuple[Rest, bytes]:
    """What a body holds: all else, and the days."""
    check_version(body)
    ends = SIZE + int(np.frombuffer(body, BODY, 1)[0]["days"])
    return _DECODER.decode(decompress(body[ends:])), decompress(body[SIZE:ends])


def _sum(body: bytes) -> int:
    return int.from_bytes(body[1:_SUMMED], "little")


def _gone_on(state: State, front: Front, fresh: bytes) -> State:
    """The state of a body with the check-ins that came since: each of them newer than all that the body holds."""
    day_totals = state.day_totals
    for new in moods.entries(fresh):
        day = local_day(new.time, new.offset)
        day_totals = days.with_newest_report(day_totals, day, new.mood, new.offset)
    return replace(
        state,
        newest=front.newest,
        moods=state.moods + fresh,
        day_totals=day_totals,
        judged_through=front.judged_through,
        silence_judged=front.judged_through,
    )


def _joined(state: State, front: Front, fresh: bytes) -> State:
    """The state of a body newer than its front: what both of them hold counts once, and days are judged again."""
    open_days = OpenDays(state)
    for new in moods.entries(fresh):
        if open_days.find(new.mark) is None:
            open_days.put(new, None)
    open_days.finish()
    return replace(
        state,
        newest=max(state.newest, front.newest),
        moods=open_days.moods,
        others=open_days.others,
        day_totals=open_days.day_totals,
        judged_through=min(state.judged_through, front.judged_through),
        silence_judged=min(state.silence_judged, front.judged_through),
    )


def _fields(day: days.DayTotal) -> tuple[int, int, int, int, int]:
    return day.day, day.n, day.total, day.squares, day.offset
