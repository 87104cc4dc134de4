"""What became of every row of an import, so that nothing was dropped without a word.

A row is a *report* if it answers any of the mapping's `answered` columns. A report is *accepted* when its main part
was: its check-in where the mapping makes check-ins, otherwise any part of it. Then answered = accepted + refused,
always. A report may be accepted although another part of it was refused, and refused although another part was taken:
each such part is told too. Rows that answer only other columns are no reports; they are counted and listed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from rich.console import Console
from rich.table import Table

from streams.cli.importing.plan import Plan
from streams.cli.importing.rows import MappedEvent, Refusal
from streams.core.safety import safety_finding

CHECK_IN = "check-in"


@dataclass(frozen=True)
class Report:
    """A plan, and what the gateway refused of it (event id to reason)."""

    plan: Plan
    refused_by_gateway: Mapping[str, str]

    @cached_property
    def taken(self) -> tuple[MappedEvent, ...]:
        """The events that were accepted."""
        return tuple(mapped for mapped in self.plan.events if mapped.event.id not in self.refused_by_gateway)

    @cached_property
    def refusals(self) -> tuple[Refusal, ...]:
        """Everything that was not taken, in the order of the file."""
        ours = [refusal for row in self.plan.rows for refusal in row.refusals]
        theirs = [
            Refusal(mapped.row, mapped.part, "", self.refused_by_gateway[mapped.event.id])
            for mapped in self.plan.events
            if mapped.event.id in self.refused_by_gateway
        ]
        return tuple(sorted([*ours, *theirs], key=lambda refusal: refusal.row))

    @cached_property
    def answered(self) -> frozenset[int]:
        """The lines that are reports."""
        return frozenset(row.number for row in self.plan.rows if row.answered)

    @cached_property
    def accepted(self) -> frozenset[int]:
        """The reports whose main part was taken."""
        checks = self.plan.mapping.check_in is not None
        return frozenset(mapped.row for mapped in self.taken if mapped.part == CHECK_IN or not checks)

    @cached_property
    def stray(self) -> tuple[int, ...]:
        """The lines that answer something, but are no reports."""
        return tuple(row.number for row in self.plan.rows if row.stray)

    @cached_property
    def to_sign_off(self) -> tuple[MappedEvent, ...]:
        """Every positive answer to a safety item that was taken: nobody was notified, so a clinician has to look."""
        return tuple(mapped for mapped in self.taken if safety_finding(mapped.event))

    def as_json(self) -> dict[str, Any]:
        """The report for a machine; like the one for people it holds no answers."""
        return {
            "mapping": self.plan.mapping.name,
            "rows": len(self.plan.rows),
            "answered": len(self.answered),
            "accepted": len(self.accepted),
            "refused": len(self.answered - self.accepted),
            "accepted_without_a_part": len(self.accepted & {refusal.row for refusal in self.refusals}),
            "other_answers": list(self.stray),
            "events": dict(Counter(mapped.event.type for mapped in self.taken)),
            "refusals": [asdict(refusal) for refusal in self.refusals],
            "to_sign_off": [
                {"row": mapped.row, "patient": mapped.event.subject, "id": mapped.event.id, "time": mapped.event.time}
                for mapped in self.to_sign_off
            ],
        }


def show(report: Report, console: Console) -> None:
    """Print the report for people."""
    summary = report.as_json()
    columns = ", ".join(report.plan.mapping.answered)
    nothing = summary["rows"] - summary["answered"] - len(report.stray)
    table = Table(box=None, show_header=False, title=f"import by {summary['mapping']}", title_justify="left")
    table.add_column(justify="right")
    table.add_column()
    table.add_row(f"{summary['rows']:,}", "rows read")
    table.add_row(f"{nothing:,}", "not answered")
    table.add_row(f"{len(report.stray):,}", f"with other answers, but none of {columns}: no report")
    table.add_row(
        f"{summary['answered']:,}",
        f"answered reports = {summary['accepted']:,} accepted + {summary['refused']:,} refused",
    )
    table.add_row(f"{summary['accepted_without_a_part']:,}", "accepted reports of which another part was refused")
    for event_type, count in sorted(summary["events"].items()):
        table.add_row(f"{count:,}", f"events {event_type}")
    console.print(table)
    _show_refusals(report.refusals, console)
    _show_sign_off(report.to_sign_off, console)


def _show_refusals(refusals: Sequence[Refusal], console: Console) -> None:
    if not refusals:
        return
    lines: defaultdict[tuple[str, str, str], list[int]] = defaultdict(list)
    for refusal in refusals:
        lines[refusal.part, refusal.field, refusal.reason].append(refusal.row)
    table = Table("refused", "field", "reason", "count", "lines", box=None, title_justify="left")
    for (part, field, reason), rows in lines.items():
        table.add_row(part, field, reason, str(len(rows)), _listed(rows))
    console.print(table)


def _show_sign_off(events: Sequence[MappedEvent], console: Console) -> None:
    if not events:
        return
    answers = "1 positive answer" if len(events) == 1 else f"{len(events)} positive answers"
    console.print(
        f"{answers} to a safety item, recorded without notifying anybody: a clinician has to look at each and sign off."
    )
    table = Table("line", "patient", "answered at", "event", box=None)
    for mapped in events:
        table.add_row(str(mapped.row), mapped.event.subject, mapped.event.time.isoformat(), mapped.event.id)
    console.print(table)


def _listed(rows: Iterable[int]) -> str:
    return " ".join(map(str, rows))
