"""Expands a query as Grafana 12 does it for InfluxQL, and refuses whatever it would leave in place.

The browser's part puts variables in, with the format that stands in the query; `All` of a variable with a value of its
own goes in as that value is. The server's part follows: the time range, then intervals, in its order.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

ALL: Final = "$__all"
ALL_VALUE: Final = ".*"
SPECIAL: Final = re.compile(r"[-/\\^$*+?.()|\[\]{}]")
VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?::(?P<format>\w+))?\}|\$(?P<bare>\w+)")
Chosen = str | Sequence[str]


@dataclass(frozen=True)
class Shown:
    """What is chosen on top of a dashboard: times in ms, the interval as Grafana writes it, and variables."""

    since: int
    until: int
    interval: str = "1d"
    interval_ms: int = 86_400_000
    variables: Mapping[str, Chosen] = field(default_factory=dict)


def expand(query: str, shown: Shown) -> str:
    """The query that InfluxDB gets."""
    text = VARIABLE.sub(lambda found: _variable(found, shown), query)
    text = text.replace("$timeFilter", f"time >= {shown.since}ms and time <= {shown.until}ms")
    text = text.replace("$interval", shown.interval)
    text = text.replace("$__interval_ms", str(shown.interval_ms))
    text = text.replace("$__interval", shown.interval)
    left = VARIABLE.search(text)
    assert left is None, f"{left[0] if left else ''} is nothing that Grafana knows"
    return text


def _variable(found: re.Match[str], shown: Shown) -> str:
    name = found["name"] or found["bare"]
    if found["bare"] and name in {"timeFilter", "interval", "__interval", "__interval_ms"}:
        return found[0]
    if name in {"__from", "__to"}:
        return str(shown.since if name == "__from" else shown.until)
    chosen = shown.variables[name]
    if chosen == ALL:
        return ALL_VALUE
    match found["format"]:
        case "raw":
            assert isinstance(chosen, str)
            return chosen
        case "regex":
            several = [chosen] if isinstance(chosen, str) else list(chosen)
            escaped = [SPECIAL.sub(r"\\\g<0>", one) for one in several]
            return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"
    raise AssertionError(f"{found[0]}: without a format, Grafana guesses how to put it in")
