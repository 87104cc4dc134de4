"""`ipt-pulse brief`: the pre-session brief or the reviews of one patient, from a file of events, without servers."""

from pathlib import Path
from textwrap import wrap
from typing import Annotated

import typer

from schemas.brief_view import Brief
from schemas.views import PatientView
from streams.adapters.policy import read_policy
from streams.cli.lines import event_lines
from streams.console.briefs import (
    Section,
    brief_heading,
    brief_sections,
    formulation_sections,
    review_sections,
    week_rows,
)
from streams.core.rehearse import rehearse
from streams.core.view import view
from streams.errors import Misconfigured

WIDTH = 96
SCALE = 41
"""Characters of the scale from 0 to 10."""


def brief(
    events: Annotated[
        Path, typer.Argument(help="CloudEvents, one JSON object a line, in any order.", exists=True, dir_okay=False)
    ],
    patient: Annotated[str, typer.Option(help="Whose.")],
    *,
    review: Annotated[
        bool, typer.Option("--review", help="The formulation and the termination review instead.")
    ] = False,
    policy: Annotated[Path | None, typer.Option(help="Detection policy; default: the one that ships.")] = None,
) -> None:
    """Print what a therapist reads before a session; "now" is the patient's newest event. For clinicians alone."""
    shown = _shown(events, patient, policy)
    if shown.brief is None:
        raise Misconfigured(f"nothing was ever heard of {patient} in {events}")
    if not review:
        typer.echo(_brief(patient, shown.brief))
    elif shown.formulation is None or shown.review is None:
        raise Misconfigured(f"{patient} has no episode of care in {events}")
    else:
        first = as_text(f"Formulation after the initial phase: {patient}", formulation_sections(shown.formulation))
        typer.echo(first + "\n\n" + as_text(f"Termination review: {patient}", review_sections(shown.review)))


def as_text(title: str, sections: tuple[Section, ...], below: tuple[str, ...] = ()) -> str:
    """A title, what stands directly below it, and the sections."""
    told = [title, "=" * len(title), *below]
    for section in sections:
        told += ["", section.title, *(wrapped for line in section.lines for wrapped in _wrapped(line))]
    return "\n".join(told)


def _brief(patient: str, shown: Brief) -> str:
    heading, picture = brief_heading(shown), _picture(shown)
    return as_text(f"Pre-session brief: {patient}", brief_sections(shown), (heading, "", *picture))


def _picture(shown: Brief) -> list[str]:
    """Each day on a scale of mood from 0 to 10, the patient's usual drawn through."""
    usual = shown.week.usual
    scale = ["·"] * SCALE
    if usual is not None:
        for at in range(_place(usual.low), _place(usual.high) + 1):
            scale[at] = "─"
    rows = [f"{'':12}0{'':{SCALE - 3}}10  mean (reports){'   ─ usual' if usual else ''}"]
    for row in week_rows(shown):
        marked, told = list(scale), "no report"
        if row.mood is not None:
            marked[_place(row.mood.mean)] = "●"
            told = f"{row.mood.mean:.1f} ({row.mood.n})"
        rows.append(f"{row.day:%a} {row.day.day:>2} {row.day:%b}  {''.join(marked)}  {told}")
    return rows


def _place(mood: float) -> int:
    return round(mood / 10 * (SCALE - 1))


def _wrapped(line: str) -> list[str]:
    return wrap(line, WIDTH, initial_indent="- ", subsequent_indent="  ")


def _shown(events: Path, patient: str, policy: Path | None) -> PatientView:
    """The patient's view, with population values fitted on all patients of the file."""
    chosen = read_policy(policy)
    with event_lines(events) as lines:
        rehearsal = rehearse(lines, chosen)
    state = rehearsal.states.get(patient)
    if state is None:
        raise Misconfigured(f"there is no patient {patient} in {events}")
    return view(state, patient, rehearsal.population, chosen)
