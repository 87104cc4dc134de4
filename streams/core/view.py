"""What the console shows of a patient, from the state. Called by `analyse` whenever something changed."""

from schemas.questionnaires import INSTRUMENTS
from schemas.views import DayView, InteractionView, MoodView, PatientView, ScoreView
from streams.core.detect.reliable import all_scores
from streams.core.fold import link_items
from streams.core.inventory import same_person
from streams.core.links import LinkPopulation, read
from streams.core.moments import day_date, moment
from streams.core.people import life_event_views, people, symptom_days
from streams.core.state import DayTotal, InteractionEntry, MoodEntry, ScoreEntry, State


def view(state: State, patient: str, population: LinkPopulation) -> PatientView:
    """The charts' numbers and the links; people by id alone, since their labels stay sealed."""
    same = same_person(state)
    return PatientView(
        patient=patient,
        last_heard=moment(state.newest) if state.newest else None,
        days=tuple(_day(day) for day in state.days),
        moods=tuple(
            MoodView(time=moment(known.time, known.offset), mood=known.mood / 100)
            for known in state.open
            if isinstance(known, MoodEntry)
        ),
        interactions=tuple(
            InteractionView(
                time=moment(known.time, known.offset),
                person=same.get(known.person, known.person),
                kind=known.kind,
                valence=known.valence,
            )
            for known in state.open
            if isinstance(known, InteractionEntry)
        ),
        scores=tuple(_score(score) for score in all_scores(state)),
        links=tuple(read(state.links, link_items(state.open), population, patient, same)),
        people=people(state),
        life_events=life_event_views(state),
        symptoms=symptom_days(state),
    )


def _day(day: DayTotal) -> DayView:
    return DayView(day=day_date(day.day), n=day.n, mean=round(day.total / day.n / 100, 3))


def _score(score: ScoreEntry) -> ScoreView:
    total = score.total / 100
    return ScoreView(
        time=moment(score.time, score.offset),
        instrument=score.instrument,
        total=total,
        band=INSTRUMENTS[score.instrument].band(total),
        imputed=score.imputed > 0,
    )
