"""A whole CSV, read by a mapping: every event it holds in the order to send it, and what became of every row.

Called by `command`; the events go to `sending` or into a file, the rows to `report`.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path

from streams.cli.importing.mapping import Mapping
from streams.cli.importing.rows import MappedEvent, MappedRow, Refusal, map_row
from streams.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Plan:
    """What a CSV holds.

    Attributes:
        mapping: what its columns were read by.
        rows: every row, in the order of the file.
        events: every event, each patient's own in order of time, so that history is not late when it arrives.
    """

    mapping: Mapping
    rows: tuple[MappedRow, ...]
    events: tuple[MappedEvent, ...]


def read_plan(csv_file: Path, mapping: Mapping, *, newest: datetime) -> Plan:
    """Read `csv_file` whole; reports later than `newest` are refused.

    Raises:
        Misconfigured: it cannot be read as a CSV with the mapping's columns.
    """
    rows = tuple(_without_doubles(list(_rows(csv_file, mapping, newest))))
    events = chain.from_iterable(row.events for row in rows)
    return Plan(mapping, rows, tuple(sorted(events, key=_sending_order)))


def header(csv_file: Path) -> frozenset[str]:
    """The names of the columns.

    Raises:
        Misconfigured: the file cannot be read, or is empty.
    """
    try:
        with csv_file.open(newline="", encoding="utf-8-sig") as lines:
            return frozenset(next(csv.reader(lines)))
    except StopIteration:
        raise Misconfigured(f"{csv_file} is empty") from None
    except OSError as error:
        raise Misconfigured(f"cannot read {csv_file}: {error.strerror}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise Misconfigured(f"{csv_file}: {error}") from error


def _rows(csv_file: Path, mapping: Mapping, newest: datetime) -> Iterator[MappedRow]:
    lacking = sorted(mapping.columns - header(csv_file))
    if lacking:
        raise Misconfigured(f"{csv_file} has no column {', '.join(lacking)}, which mapping {mapping.name} reads")
    try:
        with csv_file.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines, restkey="", restval="")
            for cells in reader:
                known = {column: text for column, text in cells.items() if column}
                yield map_row(mapping, reader.line_num, known, newest=newest)
    except (UnicodeDecodeError, csv.Error) as error:
        raise Misconfigured(f"{csv_file}: {error}") from error


def _without_doubles(rows: list[MappedRow]) -> Iterator[MappedRow]:
    """Two rows for one person, time and part: the first stands, as the pipeline would keep only one of them."""
    first: dict[str, MappedEvent] = {}
    for row in rows:
        kept, doubled = [], []
        for mapped in row.events:
            earlier = first.setdefault(mapped.event.id, mapped)
            if earlier is mapped:
                kept.append(mapped)
            else:
                doubled.append(Refusal(row.number, mapped.part, "", _double(earlier, mapped)))
        yield replace(row, events=tuple(kept), refusals=(*row.refusals, *doubled))


def _double(earlier: MappedEvent, later: MappedEvent) -> str:
    same = earlier.event.fingerprint() == later.event.fingerprint()
    return f"a copy of line {earlier.row}" if same else f"the same person and time as line {earlier.row}"


def _sending_order(mapped: MappedEvent) -> tuple[str, datetime, str]:
    return mapped.event.subject, mapped.event.time, mapped.event.id
