"""Line protocol: how a point is written for InfluxDB. Called by `points`, `clinic_points` and `series`."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from schemas.events import AnyEvent
from streams.core.moments import Micros, micros

Field = float | int | str | bool


def stamp(event: AnyEvent) -> int:
    """The time of the event's points, nanoseconds: its own time; below the microsecond its identity decides."""
    return stamp_of(micros(event.time), event.mark())


def stamp_of(time: Micros, mark: bytes) -> int:
    """The same where the event's time and mark are known."""
    return time * 1000 + int.from_bytes(mark[:4], "big") % 1000


def line(measurement: str, tags: Mapping[str, str], fields: Mapping[str, Field], at: int) -> str:
    """One point, at a `stamp`."""
    return f"{measurement}{_tags(tags.items())} {_fields(fields.items())} {at}"


def _tags(tags: Iterable[tuple[str, str]]) -> str:
    """Ids and closed lists hold none of the characters that line protocol escapes."""
    return "".join([f",{name}={value}" for name, value in tags])


def _fields(fields: Iterable[tuple[str, Field]]) -> str:
    return ",".join([f"{name}={_WRITTEN.get(type(value), _quoted)(value)}" for name, value in fields])


def _quoted(value: Field) -> str:
    return f'"{value}"'


_WRITTEN: Final[Mapping[type, Callable[[Any], str]]] = {
    float: repr,
    int: lambda value: f"{value}i",
    bool: lambda value: "true" if value else "false",
}
