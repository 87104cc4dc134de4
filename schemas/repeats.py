"""Does a questionnaire answer one item twice? JSON readers keep the last answer without a word, so it is looked for here.

Called by `schemas.reading` for events that are otherwise good. The usual way costs a search and a short decoding of
each `items` object; the whole text is decoded again only where that leaves a doubt.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

_ITEMS = re.compile(rb'"items"\s*:\s*(\{[^{}]*\})')


class _Repeated(dict[str, Any]):
    """An object in which a name stands twice."""


def _object(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    return read if len(read) == len(pairs) else _Repeated(read)


# Numbers stay text: what they are is no concern here, and Python limits how long a number it reads.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=str, parse_float=str, parse_constant=str)


def answers_once(raw: bytes, questionnaires: int) -> bool:
    """Whether `raw`, valid JSON with that many questionnaires, surely answers no item twice.

    Quotes inside a JSON text are escaped, so what is found is a name; one written another way leaves the count short.
    """
    found = _ITEMS.findall(raw)
    return len(found) == questionnaires and not any(isinstance(decode(items), _Repeated) for items in found)


def decode(raw: bytes) -> Any:
    """Valid JSON as Python data, in which `repeats` can tell what stood twice."""
    return _DECODER.decode(raw.decode())


def repeats(questionnaire: Any) -> bool:
    """Whether a decoded questionnaire event leaves open what was answered, since a name stands twice."""
    data = questionnaire["data"]
    return any(isinstance(part, _Repeated) for part in (questionnaire, data, data["items"]))
