"""The files of a repair: one with a merge patch, and one with events to be edited by hand, a JSON object a line."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from streams.adapters.secret_files import write_private
from streams.cli.rejected.choose import read_place
from streams.cli.rejected.filed import Filed, Place
from streams.cli.rejected.repair import decoded, without_plain_text
from streams.errors import Misconfigured, Rejected


def write_editable(file: Path, found: Iterable[Filed]) -> dict[str, int]:
    """Write the events into a file that only its owner may read; returns how many, and how many not as they were.

    Raises:
        Misconfigured: it cannot be written.
    """
    lines, shortened, unreadable = [], 0, 0
    for one in found:
        try:
            whole = decoded(one.value)
        except Rejected:
            unreadable += 1
            continue
        event = without_plain_text(whole)
        shortened += event != whole
        why = one.tag.why
        lines.append(orjson.dumps({"at": str(one.place), "reason": f"{why.field}: {why.reason}", "event": event}))
    write_private(file, b"".join(line + b"\n" for line in lines))
    return {"written": len(lines), "without their plain text": shortened, "cannot be edited": unreadable}


def read_patch(file: Path) -> dict[str, Any]:
    """The merge patch in `file`.

    Raises:
        Misconfigured: it is no JSON object.
    """
    patch = _json(file.read_bytes(), file)
    if not isinstance(patch, dict):
        raise Misconfigured(f"{file} is no JSON object")
    return patch


def read_edited(file: Path) -> dict[Place, Any]:
    """The events of an edited file, by the place they were set aside at.

    Raises:
        Misconfigured: a line is no object with `at` and `event`.
    """
    events: dict[Place, Any] = {}
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        told = _json(line, f"{file}, line {number},")
        if not isinstance(told, dict) or not isinstance(told.get("at"), str) or "event" not in told:
            raise Misconfigured(f'{file}, line {number}, is no {{"at": …, "event": …}}')
        events[read_place(told["at"])] = told["event"]
    return events


def _json(raw: bytes, where: object) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Misconfigured(f"{where} is no JSON: {error.msg}") from None
