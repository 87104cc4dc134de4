"""How a process of the pipeline is, as a point. Called by `streams.agents.reporting` with what it has counted."""

from collections.abc import Mapping
from typing import Final

from streams.core.line import line

HEALTH: Final = "pipeline"
"""The one measurement that is about a process and not about people."""


def health_points(process: str, counts: Mapping[str, float], at: float) -> str:
    """The line for one process.

    Args:
        process: its name, letters, digits and `._~-` alone.
        counts: by column of the measurement `HEALTH`.
        at: seconds since 1970; kept to whole ones.
    """
    fields = {name: float(count) if name.endswith("_s") else int(count) for name, count in sorted(counts.items())}
    return line(HEALTH, {"process": process}, fields, int(at) * 1_000_000_000)
