"""What `ipt-pulse policy diff` prints for people. Called by the command."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import typer
from rich.console import Console
from rich.table import Table

from streams.cli.policy.difference import Counted
from streams.core.compare import Pair

SHOWN: Final = 20
"""So many of the differences are told one by one."""


def table_of(heading: str, rows: Mapping[str, Counted]) -> None:
    """Print a row for each name."""
    table = Table(heading, "both", "only old", "only new", "sooner", "later", "told a week", box=None)
    for name, row in rows.items():
        counts = (row.both, row.only_old, row.only_new, row.sooner, row.later)
        table.add_row(name, *map(str, counts), "{} → {}".format(*row.told_a_week))
    Console(width=100).print(table)


def one_by_one(found: Sequence[Pair]) -> None:
    """Print the last of those that are not the same under both."""
    changed = [pair for pair in found if pair.old is None or pair.new is None or pair.sooner]
    for pair in changed[-SHOWN:]:
        typer.echo(f"{pair.alert.raised_at.date()}  {pair.alert.rule}  {pair.alert.patient}  {_change(pair)}")
    if len(changed) > SHOWN:
        typer.echo(f"… and {len(changed) - SHOWN} before those")


def _change(pair: Pair) -> str:
    if pair.old is None:
        return "only under the new"
    if pair.new is None:
        return "only under the old"
    days = abs(pair.sooner) / timedelta(days=1)
    return f"{days:.0f} days {'sooner' if pair.sooner > timedelta(0) else 'later'}"
