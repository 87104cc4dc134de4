"""The end-of-initial formulation: what the initial phase found, and what the middle phase is to work on.

Called by `view`, for the episode that lasts or the last one. As of the last day of the initial phase, save for the
links, of which only the present reading is kept.
"""

from schemas.questionnaires import INSTRUMENTS
from schemas.review_view import AreaAgreed, FirstScore, Formulation, LifeNote
from schemas.vocabulary import Arm, DiagnosisFocus, LifeEventKind, Modality, Phase, ProblemArea
from streams.core.brief.goals import goals_now
from streams.core.brief.known import Known
from streams.core.brief.links import shown_links, unclear
from streams.core.brief.scores import day_of, totals
from streams.core.brief.then_and_now import closeness, disputes
from streams.core.episode import Care, spans
from streams.core.life import life_events
from streams.core.moments import Day, day_date


def formulation(known: Known) -> Formulation | None:
    """None outside of any episode."""
    care = known.last_care
    if care is None:
        return None
    terms = care.terms
    ended = next((span.last for span in spans(care, known.policy.phases) if span.phase is Phase.INITIAL), None)
    until = known.today if ended is None else min(ended, known.today)
    return Formulation(
        episode=terms.episode,
        modality=Modality(terms.modality),
        focus=DiagnosisFocus(terms.focus),
        arm=Arm(terms.arm),
        care_team=terms.team or None,
        opened_on=day_date(terms.opened),
        until=day_date(until),
        complete=ended is not None and ended < known.today,
        areas=_areas(care, until),
        inventory=closeness(known, until, until),
        disputes=disputes(known, until),
        life_events=_life_events(known, until),
        scores=_first_scores(known, care),
        goals=goals_now(care, lambda _: True, until),
        links=shown_links(known),
        links_unclear=unclear(known),
        safe_contact_first=known.violent_people,
    )


def _areas(care: Care, until: Day) -> tuple[AreaAgreed, ...]:
    """Those agreed by `until`, since they first were; where nothing was by then, the first that were later."""
    by_then = care.areas_on(until) or (care.agreed[0].areas if care.agreed else ())
    return tuple(
        AreaAgreed(
            area=ProblemArea(area),
            since=day_date(next(agreed.day for agreed in care.agreed if area in agreed.areas)),
        )
        for area in by_then
    )


def _life_events(known: Known, until: Day) -> tuple[LifeNote, ...]:
    told = {(event.date, event.kind) for event in life_events(known.state) if event.date <= until}
    return tuple(LifeNote(on=day_date(day), kind=LifeEventKind(kind)) for day, kind in sorted(told))


def _first_scores(known: Known, care: Care) -> tuple[FirstScore, ...]:
    firsts = [
        next((score for score in totals(known, name) if day_of(score) >= care.terms.opened), None)
        for name in INSTRUMENTS
    ]
    return tuple(
        FirstScore(
            instrument=score.instrument,
            on=day_date(day_of(score)),
            total=score.total / 100,
            band=INSTRUMENTS[score.instrument].band(score.total / 100),
            case=score.total / 100 >= INSTRUMENTS[score.instrument].caseness,
        )
        for score in firsts
        if score is not None
    )
