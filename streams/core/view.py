"""What the console shows of a patient, from the state.

Called by the analysis agent some seconds after something changed, by briefs and outcomes, and by `rehearse --pictures`.
"""

from schemas.questionnaires import INSTRUMENTS
from schemas.views import DayView, InteractionView, MoodView, PatientView, ScoreView
from streams.core.brief import Known, brief, formulation, review
from streams.core.days import DayTotal
from streams.core.detect.reliable import all_scores
from streams.core.entry import InteractionEntry, MoodEntry, ScoreEntry
from streams.core.episode import phase_on, show_episodes, show_groups
from streams.core.fold import link_items
from streams.core.inventory import same_person
from streams.core.links import LinkPopulation, merged_links, read
from streams.core.moments import day_date, local_day, moment
from streams.core.people import life_event_views, people, symptom_days
from streams.core.policy import Policy
from streams.core.state import State
from streams.core.therapy import present_with_tries
from streams.core.warning_signs import warning_signs


def view(state: State, patient: str, population: LinkPopulation, policy: Policy) -> PatientView:
    """The charts' numbers, the links and the therapy; people and goals by id alone, since their labels stay sealed."""
    course = present_with_tries(state)
    told = state.open
    offset = told[-1].offset if told else 0
    today = local_day(state.newest, offset)
    same = same_person(state)
    items = link_items(told)
    links = tuple(read(state.links, items, population, patient, same))
    known = Known(patient, state, policy, course, same, links)
    return PatientView(
        patient=patient,
        last_heard=moment(state.newest, offset) if state.newest else None,
        days=tuple(_day(day) for day in known.days),
        moods=tuple(
            MoodView(time=moment(entry.time, entry.offset), mood=entry.mood / 100)
            for entry in told
            if isinstance(entry, MoodEntry)
        ),
        interactions=tuple(
            InteractionView(
                time=moment(entry.time, entry.offset),
                person=same.get(entry.person, entry.person),
                kind=entry.kind,
                valence=entry.valence,
            )
            for entry in told
            if isinstance(entry, InteractionEntry)
        ),
        scores=tuple(_score(score) for score in all_scores(state)),
        links=links,
        merged_links=merged_links(state.links, items, same),
        episodes=show_episodes(course, policy.phases),
        phase=phase_on(course, today, policy.phases),
        groups=show_groups(course),
        people=people(state),
        life_events=life_event_views(state),
        symptoms=symptom_days(state),
        brief=brief(known),
        formulation=formulation(known),
        review=review(known),
        warning_signs=warning_signs(known.days, state.judged_through),
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
