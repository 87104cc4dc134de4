"""How a patient stands, their links, and how their care came out, from what the console is shown of them.

Called by the analysis agent with each view. All stand at the day the patient was last heard on, so that a day has one
point however many views there were, and the last of them stays.
"""

from collections.abc import Iterator
from statistics import fmean
from typing import Final

from schemas.questionnaires import INSTRUMENTS
from schemas.review_view import ScoreChange
from schemas.views import Link, PatientView
from streams.core.baseline import own_baseline
from streams.core.brief.treated import Treated, treated
from streams.core.line import Field, line
from streams.core.moments import micros
from streams.core.series.stamp import noon

RECENT: Final = 7
"""Days with a check-in that the newest mood is the mean of."""


def standing_points(view: PatientView) -> list[str]:
    """The lines for `view`; none of a patient who was never heard."""
    if view.last_heard is None:
        return []
    at = noon(view.last_heard.date())
    fields: dict[str, Field] = {"id": view.patient, "heard": micros(view.last_heard) // 1000}
    fields |= _mood(view) | _care(view)
    standing = line("standing", {"patient": view.patient}, fields, at)
    return [standing, *(_link(link, at) for link in view.links), *_outcomes(view)]


def _mood(view: PatientView) -> dict[str, Field]:
    newest = sorted(view.days, key=lambda day: day.day)[-RECENT:]
    if not newest:
        return {}
    mood = round(fmean(day.mean for day in newest), 3)
    usual = own_baseline(view.days)
    if usual is None:
        return {"mood": mood}
    low, middle, high = (round(value, 3) for value in (usual.low, usual.middle, usual.high))
    change = round(mood - middle, 3)
    return {"mood": mood, "usual": middle, "usual_low": low, "usual_high": high, "change": change}


def _care(view: PatientView) -> dict[str, Field]:
    """Of the newest episode."""
    fields: dict[str, Field] = {} if view.phase is None else {"phase": view.phase.value}
    if not view.episodes:
        return fields
    episode = view.episodes[-1]
    if episode.planned_sessions is not None:
        fields["planned"] = episode.planned_sessions
    return fields | {
        "arm": episode.arm.value,
        "focus": episode.focus.value,
        "held": episode.held,
        "missed": episode.missed,
        "goals": len(episode.goals),
        "goals_met": sum(goal.met_on is not None for goal in episode.goals),
    }


def _link(link: Link, at: int) -> str:
    cell = {"person": link.cell.person, "kind": link.cell.kind, "pattern": link.cell.pattern}
    tags = {"patient": link.patient} | {name: value for name, value in cell.items() if value is not None}
    fields: dict[str, Field] = {"n": link.n, "shown": link.shown}
    numbers = {"effect": link.effect, "low": link.low, "high": link.high, "peak": link.peak}
    return line("link", tags, fields | {name: float(value) for name, value in numbers.items()}, at)


def _outcomes(view: PatientView) -> Iterator[str]:
    """Each closed episode, on each questionnaire that was answered twice or more within it."""
    for episode in treated(view):
        for score in episode.scores:
            if score.n > 1:
                yield _outcome(view.patient, episode, score)


def _outcome(patient: str, episode: Treated, score: ScoreChange) -> str:
    told = {"arm": episode.arm, "modality": episode.modality, "focus": episode.focus, "instrument": score.instrument}
    fields: dict[str, Field] = {
        "first": score.first,
        "last": score.last,
        "change": score.last - score.first,
        "improved": int(score.first_to_last in {"improved", "recovered"}),
        "recovered": int(score.first_to_last == "recovered"),
        "deteriorated": int(score.first_to_last == "deteriorated"),
        "case": int(score.first >= INSTRUMENTS[score.instrument].caseness),
        "held": episode.held,
        "completed": int(episode.completed),
    }
    return line("outcome", {"patient": patient} | told, fields, noon(episode.closed_on))
