"""`ipt-pulse trail verify | end`: whether the audit of looks and acts is as it was written, and where it ends now."""

import json
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from schemas.audit import AuditEntry
from streams.adapters.topic import read_topic
from streams.adapters.trail import Chain
from streams.core.trail import START, End, breaks, ends
from streams.errors import Rejected
from streams.settings import settings
from streams.topics import AUDIT

app = typer.Typer(
    help="Prove that nobody changed what the console wrote down of looks and acts.",
    no_args_is_help=True,
    add_completion=False,
)

BROKEN = 1
"""The exit code where a chain does not hold."""

Known = Annotated[
    Path | None,
    typer.Option(help="What `trail end` printed earlier, kept elsewhere: shows also if all of it was written anew."),
]


@app.command()
def verify(*, known: Known = None) -> None:
    """Read the whole topic, and tell every entry that was changed, taken out or put in; exit code 1 if there is one.

    Each chain is also held against where this machine's console wrote last.
    """
    here = _ended_here()  # before the topic is read, since the console goes on writing
    entries, unreadable = _read()
    found = [*breaks(entries, here), *(breaks(entries, _from(known)) if known else ())]
    told = list(dict.fromkeys(map(str, found)))
    for line in (*told, *unreadable):
        typer.echo(line)
    chains = ends(entries)
    typer.echo(f"{len(entries)} entries in {len(chains)} chains: {_verdict(len(told) + len(unreadable))}", err=True)
    raise typer.Exit(BROKEN if told or unreadable else 0)


@app.command()
def end() -> None:
    """Print where each chain ends, as one line of JSON: keep it where nobody who runs Kafka can change it."""
    entries, _ = _read()
    typer.echo(json.dumps({writer: {"number": at.number, "hash": at.hash} for writer, at in ends(entries).items()}))


def _read() -> tuple[list[AuditEntry], list[str]]:
    """The entries, and a line for each record that is none."""
    entries, unreadable = [], []
    for number, records in enumerate(read_topic(settings().kafka, AUDIT)):
        for record in records:
            try:
                entries.append(AuditEntry.model_validate_json(record.value or b""))
            except ValidationError:
                unreadable.append(f"partition {number}, offset {record.offset}: this is no entry")
    return entries, unreadable


def _ended_here() -> dict[str, End]:
    """How far Kafka has what this machine's console wrote; none where no console ever ran."""
    file = settings().home / "trail.sqlite"
    if not file.exists():
        return {}
    writer, at = Chain(file).confirmed_end()
    return {} if at == START else {writer: at}


def _from(file: Path) -> dict[str, End]:
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        return {writer: End(int(at["number"]), str(at["hash"])) for writer, at in said.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Rejected("known", "is no file that `ipt-pulse trail end` printed") from error


def _verdict(faults: int) -> str:
    return "all of them hold" if not faults else f"{faults} faults"
