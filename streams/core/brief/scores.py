"""Questionnaires on the brief's days: the newest totals, and what came of the safety item and the buttons."""

from collections.abc import Iterator

from schemas.brief_view import SafetyNote, ScoreNow
from schemas.questionnaires import INSTRUMENTS
from streams.core.brief.known import Known
from streams.core.detect.reliable import all_scores
from streams.core.entry import AnyEntry, SafetyEntry, ScoreEntry, UnscoredEntry
from streams.core.moments import Day, day_date, local_day, moment


def scores_now(known: Known) -> tuple[ScoreNow, ...]:
    """Each instrument's newest total, if it is of the brief's days."""
    newest = {name: scores for name in INSTRUMENTS if (scores := totals(known, name))}
    return tuple(_now(scores) for scores in newest.values() if day_of(scores[-1]) >= known.first)


def safety_notes(known: Known) -> tuple[SafetyNote, ...]:
    """What was raised to a clinician at once, on the brief's days; told again so that it is spoken of."""
    return tuple(_safety(known))


def totals(known: Known, instrument: str) -> list[ScoreEntry]:
    """All totals of an instrument, oldest first."""
    return [score for score in all_scores(known.state) if score.instrument == instrument]


def day_of(entry: AnyEntry) -> Day:
    """The local day of an entry."""
    return local_day(entry.time, entry.offset)


def _safety(known: Known) -> Iterator[SafetyNote]:
    for entry in known.open:
        if day_of(entry) < known.first:
            continue
        if isinstance(entry, ScoreEntry | UnscoredEntry) and entry.unsafe:
            at = moment(entry.time, entry.offset)
            yield SafetyNote(time=at, what="safety_item", instrument=entry.instrument)
        elif isinstance(entry, SafetyEntry):
            at = moment(entry.time, entry.offset)
            yield SafetyNote.model_validate({"time": at, "what": entry.kind})


def _now(scores: list[ScoreEntry]) -> ScoreNow:
    newest, before = scores[-1], scores[-2] if len(scores) > 1 else None
    instrument = INSTRUMENTS[newest.instrument]
    change = 0 if before is None else abs(newest.total - before.total)
    return ScoreNow(
        instrument=newest.instrument,
        on=day_date(day_of(newest)),
        total=newest.total / 100,
        band=instrument.band(newest.total / 100),
        imputed=newest.imputed > 0,
        before=None if before is None else before.total / 100,
        beyond_error=change >= instrument.reliable_change * 100,
    )
