"""The bytes of a patient's record: in front what nearly every event asks for and changes, behind it all the rest.

Reading and writing the front costs a fraction of the whole. Called by the analysis agent, `calm`, and those who read
what workers keep.
"""

from operator import attrgetter
from typing import Final

import msgspec
from msgspec.structs import asdict, replace

from streams.core.moments import Micros
from streams.core.state import EMPTY, Raised, Record, Running, State

VERSION: Final = 2


class OtherVersionError(ValueError):
    """A record that this version cannot read. State follows from the events: it is made anew by reading them again."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"a patient's record is of version {version}, this program reads {VERSION}: start the one that wrote it, "
            "or delete the workers' state and its changelog and let analysis read patient.events from the beginning"
        )


class Times(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """When something is due: the very front, all that the index of due times needs."""

    version: int
    closes_at: Micros
    view_at: Micros

    @property
    def due(self) -> Micros:
        """When something is due for this patient; 0 for never."""
        return min(filter(None, (self.closes_at, self.view_at)), default=0)


class Front(Times, frozen=True, array_like=True, gc=False):
    """What a check-in in time changes; as in `Record` and `State`."""

    calm_until: Micros
    heard_through: int
    heard_at: Micros
    running: Running
    marks: bytes
    """Of all else that the open days hold, 8 bytes each."""
    rest: bytes
    """A `Rest`, packed."""


class Rest(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Everything else."""

    state: State
    """Without what is `running`."""
    raised: tuple[Raised, ...]
    told: dict[str, bytes]


_running_of = attrgetter(*Running.__struct_fields__)
_NOTHING = asdict(Running())
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Front)
_TIMES_DECODER = msgspec.msgpack.Decoder(Times)
_REST_DECODER = msgspec.msgpack.Decoder(Rest)


def pack(record: Record) -> bytes:
    """The bytes of a record; equal records give equal bytes."""
    return pack_front(front(record))


def unpack(packed: bytes | None) -> Record:
    """The record behind those bytes; None is a patient nobody has heard of."""
    return EMPTY if packed is None else whole(unpack_front(packed))


def due(packed: bytes) -> Micros:
    """When something is due for this patient; 0 for never."""
    return _TIMES_DECODER.decode(packed).due


def pack_front(known: Front) -> bytes:
    """The bytes of a record whose front is known."""
    return _ENCODER.encode(known)


def unpack_front(packed: bytes) -> Front:
    """The front of a record.

    Raises:
        OtherVersionError: another version of this program wrote it.
    """
    try:
        known = _DECODER.decode(packed)
    except msgspec.ValidationError as error:
        raise OtherVersionError(_TIMES_DECODER.decode(packed).version) from error
    if known.version != VERSION:
        raise OtherVersionError(known.version)
    return known


def front(record: Record) -> Front:
    """A record with its rest packed."""
    running = Running(*_running_of(record.state))
    rest = Rest(replace(record.state, **_NOTHING), record.raised, record.told)
    return Front(
        VERSION,
        record.closes_at,
        record.view_at,
        record.calm_until,
        record.heard_through,
        record.heard_at,
        running,
        b"".join([other.mark for other in record.state.others]),
        _ENCODER.encode(rest),
    )


def whole(known: Front) -> Record:
    """The record behind a front."""
    rest = _REST_DECODER.decode(known.rest)
    return Record(
        closes_at=known.closes_at,
        view_at=known.view_at,
        calm_until=known.calm_until,
        state=replace(rest.state, **asdict(known.running)),
        raised=rest.raised,
        heard_through=known.heard_through,
        heard_at=known.heard_at,
        told=rest.told,
    )
