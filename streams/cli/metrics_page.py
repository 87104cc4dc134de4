"""Writes docs/metrics.md from the declarations in `streams.metrics`: `python -m streams.cli.metrics_page`.

A test fails while the page is behind.
"""

from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics import MetricWrapperBase

from streams import metrics

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"

HEAD = """\
# Metrics

Written by `python -m streams.cli.metrics_page` from `streams/metrics.py`, where each is declared once. Gateway and
console serve `/metrics` on their own ports, all others on `IPT_PULSE_METRICS_PORT`. No metric names a patient. What to
alarm on: [operations.md](operations.md).
"""

STAGES = {
    "ready": "Every process",
    "heartbeats": "Every process",
    "gateway": "Gateway",
    "worker": "Workers",
    "points": "Worker timeseries",
    "notifications": "Worker alerting",
    "alerts": "Worker alerting",
    "console": "Console",
    "audit": "Auditor",
}
"""The word after `ipt_` in a name, to who counts it."""


def declared() -> dict[str, MetricWrapperBase]:
    """Every metric by the name it was declared with, in the order of the declarations."""
    return {name: one for name, one in vars(metrics).items() if isinstance(one, MetricWrapperBase)}


def exposed(metric: MetricWrapperBase) -> str:
    """The name that Prometheus sees."""
    described = next(iter(metric.describe()))
    return described.name + ("_total" if described.type == "counter" else "")


def page() -> str:
    """The text of the page."""
    return HEAD + "".join(_sections())


def _sections() -> Iterator[str]:
    stage = ""
    for metric in declared().values():
        described = next(iter(metric.describe()))
        name = exposed(metric)
        if stage != (stage := STAGES[name.split("_")[1]]):
            yield f"\n## {stage}\n| metric | kind | labels | meaning |\n|---|---|---|---|\n"
        labels = ", ".join(f"`{label}`" for label in metric._labelnames)  # noqa: SLF001 - there is no public way
        yield f"| `{name}` | {described.type} | {labels} | {described.documentation} |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
