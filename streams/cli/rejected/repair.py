"""What an operator changes in a record before it goes back in: a JSON Merge Patch for all, or a file edited by hand.

Private text is never shown for it: what is sealed stays sealed, what somebody left in plain is taken out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import ValidationError

from schemas.events.sealed import Sealed
from schemas.privacy import PRIVATE_FIELDS
from schemas.reading import FIELDS
from streams.cli.rejected.filed import Filed, Place
from streams.errors import Rejected


@dataclass(frozen=True, slots=True)
class Repair:
    """What goes back in for a record: `change` gives its bytes, or raises Rejected where it cannot be repaired."""

    change: Callable[[Filed], bytes | None]
    says_whose: bool = False
    """The operator has said whose it is: its subject decides, not the key that it had."""


UNCHANGED = Repair(lambda one: one.value)
"""The bytes as they came: whoever refused them may read them by now."""

_PRIVATE = frozenset(name for names in PRIVATE_FIELDS.values() for name in names)
_WORDS = FIELDS - _PRIVATE - frozenset(Sealed.model_fields)
"""Names under which text is a time, an id or a word from a list of ours."""


def patched(patch: dict[str, Any]) -> Repair:
    """Each record with the same merge patch (RFC 7396)."""
    return Repair(lambda one: orjson.dumps(merge(decoded(one.value), patch)), says_whose="subject" in patch)


def edited(events: Mapping[Place, Any]) -> Repair:
    """Each record as the edited file has it."""
    return Repair(lambda one: orjson.dumps(events[one.place]), says_whose=True)


def merge(target: Any, patch: Any) -> Any:
    """`target` as a JSON Merge Patch changes it: what is null goes, objects are merged, all else is replaced."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge(merged.get(name), value)
    return merged


def decoded(value: bytes | None) -> Any:
    """The JSON in a record.

    Raises:
        Rejected: it is none, or a name stands in it twice: a reader would silently keep one of two answers.
    """
    try:
        return json.loads(value or b"", object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise Rejected("", "cannot be repaired: it is no JSON") from None


def without_plain_text(part: Any, name: str = "") -> Any:
    """`part` of an event, under its `name`, without text that may be private; nulls go too."""
    if isinstance(part, str):
        return part if name in _WORDS else None
    if isinstance(part, list):
        return [told for one in part if (told := without_plain_text(one, name)) is not None]
    if isinstance(part, dict) and not _is_sealed(part):
        return {key: told for key, one in part.items() if (told := without_plain_text(one, key)) is not None}
    return part


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise Rejected("", "cannot be repaired: a name stands in it twice")
    return dict(pairs)


def _is_sealed(part: dict[str, Any]) -> bool:
    try:
        Sealed.model_validate(part)
    except ValidationError:
        return False
    return True
