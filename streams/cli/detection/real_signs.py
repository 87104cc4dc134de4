"""How far what `evaluate signs` assumes of feelings and the time of day holds in a file of real events.

Called by the command with `--events`. Nobody knows when these people truly fell, so it tells of each feeling how it
goes along with the others, from report to report and over weeks, and how often the rule would alarm on it alone; and
how much more often interactions are unpleasant where mood is lower.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import orjson
import typer
from rich.console import Console
from rich.table import Table

from schemas.events import CheckInEvent, InteractionEvent
from schemas.reading import Accepted, read_event
from streams.core.detect.many import Days, Floats, alarms
from streams.core.policy import MoodPolicy

MOOD: Final = "mood"
LEAST: Final = 30
"""Reports of a patient who is looked at."""
LEAST_MET: Final = 15
"""Interactions in each half of a patient's days."""
SLOT_HOURS: Final = 3


@dataclass(frozen=True, slots=True)
class Person:
    """Check-ins of one patient that say all feelings, in the order of time."""

    days: Floats
    """Number of the local day; shape (reports,)."""
    hours: Floats
    felt: Floats
    """0-10; shape (reports, feelings)."""
    met: Floats
    """Of each interaction the number of the day, and 1 where it was unpleasant; shape (interactions, 2)."""

    @property
    def middle(self) -> float:
        """The day that halves the days with a report."""
        return float(np.median(np.unique(self.days)))

    @property
    def deviations(self) -> Floats:
        """From the patient's own means."""
        off: Floats = self.felt - self.felt.mean(axis=0)
        return off


def evaluate_real_signs(lines: Iterable[bytes], mood: MoodPolicy) -> None:
    """Print a table; the last line is one JSON object."""
    names, people = _people(lines)
    if len(names) <= 2 or len(people) <= 1:  # noqa: PLR2004 - nothing to compare
        raise typer.BadParameter(f"no two patients with {LEAST} check-ins that say the same two feelings beside mood")
    together = np.vstack([person.deviations for person in people])
    kinship = np.array(np.corrcoef(together.T))
    # A feeling that is low when mood is high is turned round.
    sign = np.where(kinship[0] < 0, -1.0, 1.0)
    kinship = kinship * sign * sign[:, None]
    changed = np.array([_change(person) for person in people]) * sign / together.std(axis=0)
    more = _more_unpleasant(people, changed[:, 0])
    moves = np.cov(changed.T) / np.var(changed, axis=0, ddof=1)[:, None]
    rows = {
        name: {
            "sd": float(together[:, at].std()),
            "kinship": _others(kinship[at], at),
            "others_move": _others(moves[at], at),
            "time_of_day": _time_of_day(people, at),
            "alarms": _alarms_a_year([person.felt[:, at] * sign[at] for person in people], people, mood),
        }
        for at, name in enumerate(names)
    }
    _show(rows)
    if more is not None:
        typer.echo(f"unpleasant interactions are {more:.2f} times as many where mood is lower by one SD")
    told = {"patients": len(people), "reports": len(together), "feelings": rows, "more_unpleasant": more}
    typer.echo(orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY).decode())


def _people(lines: Iterable[bytes]) -> tuple[list[str], list[Person]]:
    """The feelings that most check-ins say, and everybody who said them often."""
    said: defaultdict[str, list[CheckInEvent]] = defaultdict(list)
    met: defaultdict[str, list[InteractionEvent]] = defaultdict(list)
    for line in lines:
        outcome = read_event(line) if line.strip() else None
        if isinstance(outcome, Accepted):
            if isinstance(outcome.event, CheckInEvent):
                said[outcome.event.subject].append(outcome.event)
            elif isinstance(outcome.event, InteractionEvent):
                met[outcome.event.subject].append(outcome.event)
    every = [event for events in said.values() for event in events]
    asked = sorted({name for event in every for name in event.data.affects})
    usual = [name for name in asked if sum(name in event.data.affects for event in every) * 2 > len(every)]
    people = (_person(events, met[patient], usual) for patient, events in said.items())
    return [MOOD, *usual], [person for person in people if len(person.days) >= LEAST]


def _person(said: Sequence[CheckInEvent], met: Sequence[InteractionEvent], names: Sequence[str]) -> Person:
    whole = sorted((event for event in said if set(names) <= set(event.data.affects)), key=lambda event: event.time)
    return Person(
        np.array([event.time.toordinal() for event in whole], dtype=np.float64),
        np.array([event.time.hour for event in whole], dtype=np.float64),
        np.array([[event.data.mood, *(event.data.affects[name] for name in names)] for event in whole]),
        np.array([(event.time.toordinal(), event.data.valence < 0) for event in met], np.float64).reshape(-1, 2),
    )


def _change(person: Person) -> Floats:
    """From the first half of a patient's days to the second; shape (feelings,)."""
    later = person.days > person.middle
    change: Floats = person.felt[later].mean(axis=0) - person.felt[~later].mean(axis=0)
    return change


def _more_unpleasant(people: Sequence[Person], changed: Floats) -> float | None:
    """How many times as large a share of the interactions is unpleasant where mood is lower by one SD over the days."""
    found = []
    for person, change in zip(people, changed, strict=True):
        later = person.met[:, 0] > person.middle
        halves = person.met[~later, 1], person.met[later, 1]
        if min(map(len, halves)) >= LEAST_MET:
            before, after = (np.log((half.sum() + 0.5) / (len(half) + 1)) for half in halves)
            found.append((change, after - before))
    if len(found) <= 2:  # noqa: PLR2004 - two make any line
        return None
    slope = np.cov(np.transpose(found))[0, 1] / np.var([change for change, _ in found], ddof=1)
    return float(np.exp(-slope))


def _time_of_day(people: Sequence[Person], at: int) -> float:
    """Share of the variance that is a patient's own usual day: what odd and even days have in common."""
    common = 0.0
    for person in people:
        slots, odd, off = person.hours // SLOT_HOURS, person.days % 2 == 1, person.deviations[:, at]
        for slot in np.unique(slots):
            one, other = (off[(slots == slot) & half] for half in (odd, ~odd))
            if len(one) and len(other):
                common += one.mean() * other.mean() * (len(one) + len(other))
    return common / sum(float((person.deviations[:, at] ** 2).sum()) for person in people)


def _alarms_a_year(felt: Sequence[Floats], people: Sequence[Person], mood: MoodPolicy) -> float:
    """Alarms of the rule on one feeling, for a year of days with reports."""
    firsts = [person.days[0] for person in people]
    length = int(max(person.days[-1] - first for person, first in zip(people, firsts, strict=True))) + 1
    sums = np.zeros((3, length, len(people)))
    for number, (values, person, first) in enumerate(zip(felt, people, firsts, strict=True)):
        hundredths = np.rint((values if values.min() >= 0 else values + 10) * 100)
        for part, power in enumerate((hundredths**0, hundredths, hundredths**2)):
            np.add.at(sums[part, :, number], (person.days - first).astype(int), power)
    return float(alarms(Days(*sums), mood).sum()) / float((sums[0] > 0).sum()) * 365


def _others(row: Floats, at: int) -> float:
    """Mean over the other feelings; mood, which may be made of them, is none."""
    return float(np.delete(row, [0, at]).mean())


def _show(rows: Mapping[str, Mapping[str, float]]) -> None:
    heads = ("SD", "goes with others (r)", "others move, SD", "own time of day", "alarms a year of days")
    table = Table("feeling", *heads, box=None)
    for name, figures in rows.items():
        table.add_row(
            name, *(f"{figure:.3f}" if what == "time_of_day" else f"{figure:.2f}" for what, figure in figures.items())
        )
    Console(width=110).print(table)
