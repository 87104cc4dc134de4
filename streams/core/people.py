"""What the console shows of the people in a patient's life, of life events and of symptoms. Called by `view`."""

from schemas.views import LifeEventView, PersonView, RingView, StageView, SymptomDayView
from schemas.vocabulary import DisputeStage, InteractionKind, LifeEventKind
from streams.core.disputes import Move, moves
from streams.core.inventory import Someone, entries, interactions, inventory, merges
from streams.core.keep import counted
from streams.core.life import life_events
from streams.core.moments import day_date, moment
from streams.core.state import SYMPTOMS, State, SymptomDay


def people(state: State) -> tuple[PersonView, ...]:
    """Everyone known, by id alone, since their labels stay sealed."""
    met, known = interactions(state), entries(state)
    moved = moves(met, known, merges(known))
    violent = {one.person for one in met if one.kind == InteractionKind.VIOLENCE.value}
    return tuple(_person(one, moved.get(one.person, []), violent) for one in inventory(state))


def life_event_views(state: State) -> tuple[LifeEventView, ...]:
    """In the order they were told."""
    return tuple(
        LifeEventView(told=moment(one.time, one.offset), kind=LifeEventKind(one.kind), date=day_date(one.date))
        for one in life_events(state)
    )


def symptom_days(state: State) -> tuple[SymptomDayView, ...]:
    """Oldest first."""
    return tuple(_symptom_day(day) for day in counted(state.symptoms, state.others))


def _person(one: Someone, moved: list[Move], violent: set[str]) -> PersonView:
    stages = tuple(
        StageView(time=moment(move.told.time, move.told.offset), stage=DisputeStage(move.after)) for move in moved
    )
    always = {
        "person": one.person,
        "in_inventory": one.entry is not None,
        "removed": one.entry is not None and one.entry.removed,
        "rings": tuple(RingView(since=day_date(day), ring=ring) for day, ring in one.rings),
        "stage": stages[-1].stage if stages else None,
        "stages": stages,
        "contact": one.contact,
        "violence": not violent.isdisjoint((one.person, *one.also)),
        "also": one.also,
    }
    if one.entry is None:
        return PersonView.model_validate(always)
    said = {
        "relation": one.entry.relation,
        "ring": one.entry.ring,
        "hours_together": one.entry.hours_together,
        "confided_in": one.entry.confided_in,
        "conflict": one.entry.conflict,
        "knows_about_mood": one.entry.knows_about_mood,
        "change_wanted": one.entry.wants_change,
    }
    return PersonView.model_validate(always | said)


def _symptom_day(day: SymptomDay) -> SymptomDayView:
    counts = {
        name: count if reports else None for name, count, reports in zip(SYMPTOMS, day.counts, day.reports, strict=True)
    }
    return SymptomDayView.model_validate({"day": day_date(day.day), **counts})
