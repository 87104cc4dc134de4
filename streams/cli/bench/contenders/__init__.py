"""Those compared, a file each. Adding one is a file and a line here.

Each is a function that reads its course, in a process of its own, until its stopwatch ends it. All but the idle ones
do the same job: read and check every event, analyse it with the same core, keep what is known of the patient in
RocksDB with a changelog in Kafka, and produce points, alert signals and what is set aside.
"""

from dataclasses import dataclass
from typing import Final

_HERE: Final = "streams.cli.bench.contenders"


@dataclass(frozen=True, slots=True)
class Contender:
    """One of those compared; its module is imported where it is needed, since its libraries may be missing."""

    run: str
    """`module:function` that gets the course, an empty folder and a stopwatch."""
    share: float = 1.0
    """The part of the course that it reads, smaller for slow ones: rates are compared, not times."""
    seed: str | None = None
    """`module:function` that writes one partition's patients into a folder as this one keeps them; None: no state."""


_ROWS: Final = "streams.cli.bench.seeds:write_rows"

CONTENDERS: Final[dict[str, Contender]] = {
    "ours-noop": Contender(f"{_HERE}.ours:noop"),
    "ours-full": Contender(f"{_HERE}.ours:full", share=0.25, seed=_ROWS),
    "ours-profiled": Contender(f"{_HERE}.ours:profiled", share=0.25, seed=_ROWS),
    "confluent": Contender(f"{_HERE}.confluent:full", share=0.25, seed=_ROWS),
    "quix": Contender(f"{_HERE}.quix:full", share=0.1, seed=f"{_HERE}.quix:write_seed"),
    "stock-faust-noop": Contender(f"{_HERE}.stock_faust:noop", share=0.05),
    "stock-faust": Contender(f"{_HERE}.stock_faust:full", share=0.02, seed=_ROWS),
}
OWN: Final = "ours-"
"""How the names of our own begin."""
OURS: Final = ("ours-noop", "ours-full")
"""Those that always run."""
OTHERS: Final = tuple(name for name in CONTENDERS if not name.startswith(OWN))
