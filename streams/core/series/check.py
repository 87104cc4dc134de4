"""Whether a line of line protocol keeps to the table. For the tests of all writers, and `ipt-pulse influx check`."""

import re
from collections.abc import Iterator

from streams.core.series.measurements import BY_NAME
from streams.core.series.table import Measurement

_LINE = re.compile(r"(?P<name>[a-z_]+)(?P<tags>(?:,[^ ,=]+=[^ ,=]+)*) (?P<fields>\S.*) (?P<time>\d+)")
_FIELD = re.compile(r'(?P<name>[a-z0-9_]+)=(?:(?P<string>"[^"\\\n]*")|(?P<other>[^,"]+))(?:,|$)')


def faults(line: str) -> list[str]:
    """What is wrong with `line`, each in a few words; empty for a line as it should be."""
    found = _LINE.fullmatch(line)
    if found is None:
        return ["is no line protocol"]
    measurement = BY_NAME.get(found["name"])
    if measurement is None:
        return [f"measurement {found['name']} is not in the table"]
    return [*_tag_faults(measurement, found["tags"]), *_field_faults(measurement, found["fields"])]


def _tag_faults(measurement: Measurement, text: str) -> Iterator[str]:
    tags = dict(pair.split("=", 1) for pair in text.split(",")[1:])
    known = {tag.name: tag for tag in measurement.tags}
    yield from (f"tag {name} is not in the table" for name in tags if name not in known)
    yield from (f"tag {tag.name} is missing" for tag in known.values() if tag.required and tag.name not in tags)


def _field_faults(measurement: Measurement, text: str) -> Iterator[str]:
    end = 0
    for field in _FIELD.finditer(text):
        if field.start() != end:
            break
        end = field.end()
        column = measurement.column(field["name"])
        kind = "string" if field["string"] else _kind(field["other"])
        if column is None:
            yield f"field {field['name']} is not in the table"
        elif column.kind != kind:
            yield f"field {field['name']} is {kind}, not {column.kind}"
    if end != len(text):
        yield "its fields cannot be read"


def _kind(value: str) -> str:
    if value in {"true", "false"}:
        return "boolean"
    return "integer" if re.fullmatch(r"-?\d+i", value) else "float"
