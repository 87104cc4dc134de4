"""RFC 3339 moments, read in parts that recur: whoever reads many events meets the same minutes and zones again.

Called by `schemas.plain` to judge them and by `streams.core.plain` for their values. It knows fewer ways to write a
moment than the full reader does, and what it takes the full reader takes for the same.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

_MINUTE: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)
_END: Final = re.compile(r":([0-5]\d)(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))", re.ASCII)
_FIRST, _LAST = "1970-01-02", "2199-12-30"
"""Days on which a moment lies between 1970 and 2200, whatever its offset."""


def instant(text: str) -> tuple[int, int] | None:
    """Microseconds since 1970, and the UTC offset in minutes; None where it must be read in full.

    It takes `YYYY-MM-DDTHH:MM:SS`, no fraction or one of six digits, and `Z` or `±HH:MM`, in a text that is ASCII.
    """
    minute = _minute(text[:16])
    if text[19:20] != ".":
        end, micros = _end(text[16:]), 0
    elif (digits := text[20:26]).isdecimal():
        end, micros = _end(text[16:19] + text[26:]), int(digits)
    else:
        return None
    return None if minute is None or end is None else (minute + end[0] + micros, end[1])


@lru_cache(32_768)
def _minute(text: str) -> int | None:
    """Where the minute begins, by a clock in UTC."""
    if _MINUTE.fullmatch(text) is None or not _FIRST <= text[:10] <= _LAST or text[11:13] > "23":
        return None
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000
    except ValueError:
        return None


@lru_cache(4_096)
def _end(text: str) -> tuple[int, int] | None:
    """How far into the minute, less the zone's offset; and the offset."""
    if (found := _END.fullmatch(text)) is None:
        return None
    second, sign, hours, minutes = found.groups(default="0")
    offset = int(hours) * 60 + int(minutes)
    offset = -offset if sign == "-" else offset
    return (int(second) - offset * 60) * 1_000_000, offset
