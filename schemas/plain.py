"""The short way to read a check-in that holds nothing unusual, as nearly all events do.

Whatever comes of it, `schemas.reading.read_event` reads as the same; what it passes over is not wrong, only not for the
short way. So it may be narrower than the schema and never wider, which `tests/schemas/test_plain.py` holds with what is
nearly valid. Called by the gateway and by the analysis agent.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from schemas.identity import fingerprint_of, mark_of
from schemas.instants import instant

_Text = Annotated[str, Meta(min_length=1, max_length=256)]
_Slug = Annotated[str, Meta(min_length=1, max_length=64)]
_Moment = Annotated[str, Meta(max_length=32)]
"""RFC 3339, of a kind that `instant` reads, which remembers parts of what it is given: so no longer than one can be."""
_Rating = Annotated[float, Meta(ge=0, le=10)]
_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_AFFECT: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_SEALED: Final = re.compile(r"[A-Za-z0-9_-]+")


class PlainPrompt(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """The question that was answered."""

    id: _Text
    scheduled_at: _Moment
    """In whole seconds, with `Z` for an offset of nothing: one moment is written one way."""


class PlainNote(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A sealed note."""

    key: _Slug
    text: Annotated[str, Meta(min_length=1, max_length=44_000)]


class PlainData(msgspec.Struct, frozen=True, gc=False, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a plain check-in says; the fields of `schemas.events.check_in.CheckIn`."""

    mood: _Rating
    affects: Annotated[dict[Annotated[str, Meta(max_length=32)], _Rating], Meta(max_length=32)] = {}
    sleep_hours: Annotated[float, Meta(ge=0, le=24)] | None = None
    prompt: PlainPrompt | None = None
    note: PlainNote | None = None
    symptoms: None = None
    """Whatever counts behaviour takes the long way."""


class PlainCheckIn(msgspec.Struct, gc=False, kw_only=True, forbid_unknown_fields=True):
    """A live check-in; the fields of `schemas.envelope.Event`. The full event is `read_event` of the same bytes."""

    specversion: Literal["1.0"]
    type: Literal["check-in.v1"]
    id: _Text
    source: _Text
    subject: _Slug
    time: _Moment
    micros: int = msgspec.field(default=0, name="µs")
    """`time` as microseconds since 1970. Set by the reader, which passes over what is not ASCII: none can send it."""
    offset: int = msgspec.field(default=0, name="±")
    """The UTC offset of `time`, minutes; likewise."""
    receivedat: _Moment | None = None
    history: bool = False
    datacontenttype: Literal["application/json"] | None = None
    data: PlainData

    def mark(self) -> bytes:
        """That of the full event."""
        return mark_of(self.source, self.id)

    def fingerprint(self) -> bytes:
        """That of the full event."""
        return fingerprint_of(self.type, self.source, self.id, self.subject, self.micros, self.offset, self.data)

    def received_at(self, moment: datetime) -> "ReceivedCheckIn":
        """What goes on to Kafka, received then."""
        return ReceivedCheckIn(
            self.specversion,
            self.type,
            self.id,
            self.source,
            self.subject,
            self.time,
            moment,
            self.history,
            self.data,
            self.datacontenttype,
        )


class ReceivedCheckIn(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A plain check-in on its way from the gateway to Kafka.

    It is written anew and not passed on as it came, so that what is written is what was read, once: a field that is
    given twice could hide in its first place what nobody looks at. That costs no more than to look for such fields.
    """

    specversion: str
    type: str
    id: str
    source: str
    subject: str
    time: str
    receivedat: datetime
    history: bool
    data: PlainData
    datacontenttype: str | None = None

    def to_json(self) -> bytes:
        """The bytes that travel through Kafka."""
        return _encode(self)


_decode: Final = msgspec.json.Decoder(PlainCheckIn).decode
_encode: Final = msgspec.json.Encoder().encode


def read_plain(raws: Sequence[bytes | None]) -> list[PlainCheckIn | None]:
    """Each of `raws` as a plain check-in; None: it must be read in full, whatever it is."""
    return [one if one is not None and _is_narrow(one) else None for one in _decoded(raws)]


def _decoded(raws: Sequence[bytes | None]) -> list[PlainCheckIn | None]:
    """By the types alone; to decode one by one costs no more than to decode a list."""
    read: list[PlainCheckIn | None] = []
    for raw in _simple(raws):
        try:
            read.append(_decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError):
            read.append(None)
    return read


def _simple(raws: Sequence[bytes | None]) -> list[bytes]:
    """Empty in place of what holds a character to be looked at; one look at all is cheaper than one at each."""
    there = [raw or b"" for raw in raws]
    return there if _is_simple(b"".join(there)) else [raw if _is_simple(raw) else b"" for raw in there]


def _is_simple(raw: bytes) -> bool:
    """Whether all is ASCII, and nothing an escape, or a delete, which no name may hold; other controls are no JSON."""
    return raw.isascii() and b"\\" not in raw and b"\x7f" not in raw


def _is_narrow(one: PlainCheckIn) -> bool:
    """What the types do not say; the moment is noted on the way."""
    said, when = one.data, instant(one.time)
    if when is None:
        return False
    one.micros, one.offset = when
    return (
        not one.history
        and (one.receivedat is None or instant(one.receivedat) is not None)
        and _is_slug(one.subject)
        and _are_affects(tuple(said.affects))
        and (said.note is None or _is_sealed(said.note))
        and (said.prompt is None or _is_canonical(said.prompt.scheduled_at))
    )


def _is_slug(text: str) -> bool:
    """Whether an ASCII text is a `Slug`; letters, digits and `-`, as most are, need no regular expression."""
    few = text[0] != "-" and text.replace("-", "a").isalnum()
    return few or _SLUG.fullmatch(text) is not None


@lru_cache(1_024)
def _are_affects(names: tuple[str, ...]) -> bool:
    """Whether all are an `AffectName`; an app asks for the same feelings each time."""
    return all(map(_AFFECT.fullmatch, names))


def _is_sealed(note: PlainNote) -> bool:
    return _is_slug(note.key) and _SEALED.fullmatch(note.text) is not None


def _is_canonical(moment: str) -> bool:
    """Whether a moment has no fraction, and `Z` for an offset of nothing."""
    written = len(moment) == len("2026-11-20T21:03:00Z") or (
        len(moment) == len("2026-11-20T21:03:00+01:00") and not moment.endswith("00:00")
    )
    return written and instant(moment) is not None
