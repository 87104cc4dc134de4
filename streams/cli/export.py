"""`ipt-pulse export`: what was recorded, in the formats of other systems."""

import os
from pathlib import Path
from typing import Annotated

import orjson
import typer

from schemas.events import AnyEvent, QuestionnaireEvent
from schemas.reading import Accepted, read_event
from streams.cli.lines import event_lines
from streams.core.fhir import bundle
from streams.errors import Misconfigured

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Write what was recorded in the formats of other systems."
)


@app.callback()
def _export() -> None:
    """Write what was recorded in the formats of other systems."""


@app.command()
def fhir(
    events: Annotated[
        Path, typer.Argument(help="CloudEvents, one JSON object a line, in any order.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path, typer.Option(help="Where to write the bundle; only its owner may read it.", dir_okay=False)],
    patient: Annotated[str | None, typer.Option(help="This patient alone.")] = None,
    system: Annotated[str | None, typer.Option(help="URI of the system that the pseudonyms belong to.")] = None,
) -> None:
    """Write the questionnaires in EVENTS as a FHIR R4 bundle: responses, and totals with their bands."""
    kept: list[AnyEvent] = []
    rejected = 0
    with event_lines(events) as lines:
        for line in lines:
            outcome = read_event(line) if line.strip() else None
            if isinstance(outcome, Accepted):
                if isinstance(outcome.event, QuestionnaireEvent) and patient in {None, outcome.event.subject}:
                    kept.append(outcome.event)
            elif outcome is not None:
                rejected += 1
    if patient is not None and not kept:
        raise Misconfigured(f"no questionnaire of patient {patient} in {events}")
    made = bundle(kept, patients=system)
    _write(out, orjson.dumps(made, option=orjson.OPT_INDENT_2))
    responses = sum(entry["resource"]["resourceType"] == "QuestionnaireResponse" for entry in made.get("entry", ()))
    typer.echo(f"{responses} questionnaires, {rejected} rejected", err=True)


def _write(file: Path, text: bytes) -> None:
    """Answers of patients are in it: a new file is its owner's alone."""
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as written:
            written.write(text + b"\n")
    except OSError as error:
        raise Misconfigured(f"cannot write {file}: {error.strerror}") from error
