"""Does a questionnaire answer one item twice? JSON readers silently keep the last answer, so it is looked for here.

Called by `schemas.reading` for events that are otherwise good, and by `schemas.calls` for those that are not. The usual
way costs a search and a short decoding of each `items` object; the whole text is decoded again only where that leaves a
doubt.
"""

import json
import re
from typing import Any

_ITEMS = re.compile(rb'"items"\s*:\s*(\{[^{}]*\})')


class _Object(tuple[tuple[str, Any], ...]):
    """A JSON object as its names and values, each as often as it stands there."""

    __slots__ = ()


# Numbers stay text: what they are is no concern here, and Python limits how long a number it reads.
_DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_int=str, parse_float=str, parse_constant=str)


def surely_none(raw: bytes, questionnaires: int) -> bool:
    """Whether nothing is answered twice in `raw`, valid JSON with that many questionnaires; False is a doubt.

    Quotes inside a JSON text are escaped, so what is found is a name; one written another way leaves the count short.
    """
    found = _ITEMS.findall(raw)
    return len(found) == questionnaires and not any(_names_twice(decode(items)) for items in found)


def decode(raw: bytes) -> Any:
    """Valid JSON in a form that `answered_twice` can judge."""
    return _DECODER.decode(raw.decode())


def answered_twice(questionnaire: Any) -> bool:
    """Whether a decoded questionnaire event answers an item twice, or brings its answers twice."""
    answers = [items for data in values(questionnaire, "data") for items in values(data, "items")]
    return len(answers) > 1 or any(map(_names_twice, answers))


def values(part: Any, name: str) -> list[Any]:
    """All that stands under `name` in a decoded object; nothing where `part` is none."""
    return [value for key, value in part if key == name] if isinstance(part, _Object) else []


def last(part: Any, name: str) -> Any:
    """What a JSON reader takes for the value of `name`; None where there is none."""
    return next(reversed(values(part, name)), None)


def _names_twice(part: Any) -> bool:
    return isinstance(part, _Object) and len({name for name, _ in part}) < len(part)
