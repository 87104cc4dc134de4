"""Each metric is declared once, with its meaning, is counted somewhere, and stands in the docs as it is."""

import re
from pathlib import Path

import yaml

from streams.cli.metrics_page import PAGE, declared, exposed, page

ROOT = Path(__file__).parents[2]
SOURCES = {path: path.read_text() for path in (ROOT / "streams").rglob("*.py")}
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == page(), "run python -m streams.cli.metrics_page"


def test_every_metric_is_counted_somewhere() -> None:
    used = {name for name in declared() for path, text in SOURCES.items() if path.name != "metrics.py" and name in text}
    assert used == set(declared())


def test_no_metric_is_declared_elsewhere() -> None:
    found = {path.name for path, text in SOURCES.items() if re.search(r"\b(Counter|Gauge|Histogram)\(\s*\"", text)}
    assert found == {"metrics.py"}


def test_the_rules_in_the_docs_are_about_metrics_that_there_are() -> None:
    rules = yaml.safe_load(OPERATIONS.split("```yaml\n")[1].split("```")[0])["groups"][0]["rules"]
    named = {name for rule in rules for name in re.findall(r"ipt_\w+", rule["expr"])}
    assert len(rules) > len(named) > 5
    assert named <= {exposed(metric) for metric in declared().values()}


def test_no_metric_can_carry_a_patient() -> None:
    labels = {label for metric in declared().values() for label in metric._labelnames}
    assert labels == {"component", "answer", "reason", "topic", "partition", "kind", "channel"}
