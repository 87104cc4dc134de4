"""What is kept of one group, and how it is packed: the newest word of each member, and the alerts that were raised.

The members are a function of the set of signals. The alerts are history.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import msgspec

from schemas.groups import MemberSignal
from schemas.model import Message

MEMBERS_MOST: Final = 50
"""Members of one group that count, those of the smallest ids: the largest groups have a dozen, and a name that
somebody gives to everybody's group shall not make a record that nothing takes."""
RAISED_MOST: Final = 400
"""Alerts that are remembered, those of the newest sessions; the alerting app never forgets an id."""

Members = dict[str, MemberSignal]
"""By patient, in the order of their ids."""


class RaisedOf(msgspec.Struct, frozen=True, array_like=True):
    """An alert that was sent on."""

    session: date
    raised_at: datetime
    digest: bytes
    """8 bytes that change with what was told of it."""
    revised: bool = False


class GroupRecord(msgspec.Struct, frozen=True, array_like=True):
    """One group."""

    version: int = 1
    members: Members = {}
    raised: tuple[RaisedOf, ...] = ()


def with_signals(members: Members, signals: Iterable[MemberSignal]) -> Members:
    """The members as they are after `signals`, whatever their order: of each the signal of the highest revision."""
    newest = dict(members)
    for signal in signals:
        known = newest.get(signal.patient)
        if known is None or _rank(known) < _rank(signal):
            newest[signal.patient] = signal
    return {patient: newest[patient] for patient in sorted(newest)[:MEMBERS_MOST]}


def pack_group(record: GroupRecord) -> bytes:
    """The record's bytes; equal records give equal bytes."""
    return _ENCODER.encode(record)


def unpack_group(packed: bytes | None) -> GroupRecord:
    """The record behind those bytes; None is a group nobody has told of."""
    return GroupRecord() if packed is None else _DECODER.decode(packed)


def _rank(signal: MemberSignal) -> tuple[tuple[int, int, int], bytes]:
    """By revision; of two under one, which only a change of this program makes, the bytes decide."""
    return signal.revision, _out(signal)


def _out(value: Any) -> bytes:
    if isinstance(value, Message):
        return value.model_dump_json().encode()
    raise NotImplementedError(type(value))


def _in(kind: type[Any], raw: bytes) -> Any:
    return kind.model_validate_json(raw)


_ENCODER = msgspec.msgpack.Encoder(enc_hook=_out)
_DECODER = msgspec.msgpack.Decoder(GroupRecord, dec_hook=_in)
