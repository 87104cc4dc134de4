"""`ipt-pulse rejected list | replay`: what was set aside, and how it goes back in. Never shows what a record holds."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from schemas.set_aside import Kind
from streams.adapters.topic import send
from streams.cli.outputs import require_writable
from streams.cli.rejected.choose import Chosen, read_place
from streams.cli.rejected.fate import Fate, fate
from streams.cli.rejected.filed import Filed, Place, read_filed
from streams.cli.rejected.put_back import put_back
from streams.cli.rejected.repair import UNCHANGED, Repair, edited, patched
from streams.cli.rejected.repair_files import read_edited, read_patch, write_editable
from streams.errors import Misconfigured
from streams.settings import settings

app = typer.Typer(help="See what was set aside, and let it go back in.", no_args_is_help=True, add_completion=False)

Kinds = Annotated[list[Kind] | None, typer.Option("--kind", help="Only of this kind.")]
Reason = Annotated[str, typer.Option(help="Only with these words in the field or the reason.")]
Patients = Annotated[list[str] | None, typer.Option("--patient", help="Only of this patient, by the pseudonym.")]
Places = Annotated[list[str] | None, typer.Option("--at", metavar="PARTITION/OFFSET", help="Only this one, as listed.")]
Since = Annotated[datetime | None, typer.Option(help="Only what was set aside from then on (UTC).")]
Until = Annotated[datetime | None, typer.Option(help="Only what was set aside before then (UTC).")]
Kafka = Annotated[str | None, typer.Option("--kafka", help="Bootstrap servers; default: IPT_PULSE_KAFKA.")]


@app.command(name="list")
def list_rejected(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Only the newest.")] = 100,
    out: Annotated[
        Path | None, typer.Option(help="Write those that have not gone back into a file, to be edited and replayed.")
    ] = None,
    kind: Kinds = None,
    reason: Reason = "",
    patient: Patients = None,
    at: Places = None,
    since: Since = None,
    until: Until = None,
    kafka: Kafka = None,
) -> None:
    """List the newest records that were set aside, oldest first.

    In the file of --out, sealed text stays sealed, and plain text is left out.
    """
    require_writable(out)
    chosen = Chosen(kind or (), reason, patient or (), _places(at), _utc(since), _utc(until))
    found = [one for one in read_filed(kafka or settings().kafka) if chosen.holds(one)]
    newest = sorted(found, key=lambda one: one.at)[-limit:]
    if out is not None:
        written = write_editable(out, [one for one in newest if one.replayed_at is None])
        typer.echo(orjson.dumps(written).decode())
    elif as_json:
        for one in newest:
            typer.echo(orjson.dumps(_told(one)).decode())
    else:
        _show_filed(newest)


@app.command()
def replay(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Do it. Without this, only say what would be done.")] = False,
    patch: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A JSON Merge Patch for each of them.")
    ] = None,
    edits: Annotated[
        Path | None,
        typer.Option("--edited", exists=True, dir_okay=False, help="What `list --out` wrote, edited; nothing else."),
    ] = None,
    kind: Kinds = None,
    reason: Reason = "",
    patient: Patients = None,
    at: Places = None,
    since: Since = None,
    until: Until = None,
    kafka: Kafka = None,
) -> None:
    """Let what was set aside go back in, once; the last line is one JSON object.

    What would only be set aside again stays, and it is said why. An event that goes in may raise alerts, as any does;
    what was paged already is not paged again.
    """
    bootstrap = kafka or settings().kafka
    repair, only = _repair(patch, edits)
    chosen = Chosen(kind or (), reason, patient or (), only or _places(at), _utc(since), _utc(until))
    now = datetime.now(UTC)
    waiting = (one for one in read_filed(bootstrap) if one.replayed_at is None and chosen.holds(one))
    fates = [fate(one, repair, now) for one in waiting]
    _show_fates(fates)
    going = [one for one in fates if one.outgoing is not None]
    if apply:
        put_back(going, partial(send, bootstrap))
    summary = {"replayed" if apply else "would be replayed": len(going), "stay": len(fates) - len(going)}
    typer.echo(orjson.dumps(summary).decode())


def _places(at: Sequence[str] | None) -> list[Place]:
    return [read_place(text) for text in at or ()]


def _utc(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(tzinfo=UTC)


def _repair(patch: Path | None, edits: Path | None) -> tuple[Repair, Sequence[Place]]:
    """What to change, and in which records if a file names them."""
    if patch is not None and edits is not None:
        raise Misconfigured("--patch and --edited are two ways to say the same: choose one")
    if patch is not None:
        return patched(read_patch(patch)), ()
    if edits is not None:
        events = read_edited(edits)
        return edited(events), tuple(events)
    return UNCHANGED, ()


def _told(one: Filed) -> dict[str, Any]:
    tag = one.tag
    return {
        "at": str(one.place),
        "time": one.at.isoformat(timespec="seconds"),
        "patient": one.patient,
        "topic": tag.topic,
        "partition": tag.partition,
        "offset": tag.offset,
        "kind": tag.why.kind.value,
        "field": tag.why.field,
        "reason": tag.why.reason,
        "size": len(one.value or b""),
        "replayed": one.replayed_at and one.replayed_at.isoformat(timespec="seconds"),
    }


def _show_filed(found: Sequence[Filed]) -> None:
    table = Table("at", "time", "patient", "from", "kind", "field", "reason", "bytes", "went back", box=None)
    for one in found:
        told = _told(one)
        source = f"{told['topic']} {told['partition']}/{'' if told['offset'] is None else told['offset']}"
        where = (told["at"], told["time"], told["patient"], source, told["kind"])
        table.add_row(*where, told["field"] or "(all of it)", told["reason"], f"{told['size']:,}", told["replayed"])
    Console().print(table if found else "nothing was rejected")


def _show_fates(fates: Sequence[Fate]) -> None:
    """How many go in and stay, by the reason; those that come late for analysis by themselves."""
    staying = Counter(one.reason for one in fates if one.outgoing is None)
    for reason, count in staying.most_common():
        typer.echo(f"{count} stay: {reason}")
    if late := sum(one.late for one in fates):
        typer.echo(f"{late} are more than 14 days old: where anything newer was heard, they become points and no more")
