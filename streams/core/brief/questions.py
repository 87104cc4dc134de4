"""Questions left open: what a therapist may want to ask or settle. Called by `brief`.

Each is a gap in what is known, never a judgement; when a gap is worth a question is this project's own choice, which a
clinic has to confirm.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from schemas.brief_view import OpenQuestion
from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import Phase
from streams.core.brief.known import Known
from streams.core.brief.logged import of_the_days
from streams.core.brief.scores import day_of, totals
from streams.core.entry import UnscoredEntry
from streams.core.episode import Care, phase_on
from streams.core.inventory import inventory
from streams.core.moments import Day, day_date

RATED_EVERY: Final = 28
"""Days after which a goal is due to be rated again."""
TRIED_WITHIN: Final = 14
"""Days in which a strategy that was set may wait to be tried."""


def questions(known: Known) -> tuple[OpenQuestion, ...]:
    """All of them, in the order in which they might come up."""
    care = known.care
    of_care = () if care is None else (*_agreement(known, care), *_goals(known, care), *_sessions(known, care))
    return (*_questionnaires(known), *_people(known), *of_care)


def _questionnaires(known: Known) -> Iterator[OpenQuestion]:
    answered = False
    for name, instrument in INSTRUMENTS.items():
        scores = totals(known, name)
        unfinished = [one for one in known.open if isinstance(one, UnscoredEntry) and one.instrument == name]
        answered = answered or bool(scores or unfinished)
        if unfinished and (not scores or scores[-1].time < unfinished[-1].time):
            last = unfinished[-1]
            on = day_date(day_of(last))
            yield OpenQuestion(what="questionnaire_unfinished", about=name, on=on, items=last.missing)
        elif scores:
            yield from _since(known, name, instrument.recall_days)
    if known.care is not None and not answered:
        yield OpenQuestion(what="no_questionnaire")


def _since(known: Known, instrument: str, recall_days: int) -> Iterator[OpenQuestion]:
    """A questionnaire asks about so many days; when more have gone by, it is due again."""
    last = totals(known, instrument)[-1]
    ago = known.today - day_of(last)
    if last.imputed and day_of(last) >= known.first:
        yield OpenQuestion(what="items_left_out", about=instrument, on=day_date(day_of(last)), n=last.imputed)
    if ago > recall_days:
        yield OpenQuestion(what="questionnaire_due", about=instrument, on=day_date(day_of(last)), n=ago)


def _people(known: Known) -> Iterator[OpenQuestion]:
    """People met of late who are not in the inventory."""
    times = Counter(known.one(one.person) for one in of_the_days(known))
    for someone in inventory(known.state):
        if someone.entry is None and times[someone.person]:
            yield OpenQuestion(what="person_unknown", about=someone.person, n=times[someone.person])


def _agreement(known: Known, care: Care) -> Iterator[OpenQuestion]:
    """What the initial phase is there to agree on."""
    if phase_on(known.course, known.today, known.policy.phases) in {None, Phase.INITIAL}:
        return
    if not care.terms.areas:
        yield OpenQuestion(what="no_problem_area")
    if not care.goals:
        yield OpenQuestion(what="no_goal")


def _goals(known: Known, care: Care) -> Iterator[OpenQuestion]:
    for name, goal in care.goals.items():
        last = goal.ratings[-1].day if goal.ratings else goal.set_on
        if goal.ended_on is None and _waits(known, last, RATED_EVERY):
            yield OpenQuestion(what="goal_unrated", about=name, on=day_date(last), n=known.today - last)
    for name, strategy in care.strategies.items():
        untried = name not in known.course.tried and strategy.dropped_on is None
        if untried and _waits(known, strategy.set_on, TRIED_WITHIN):
            yield OpenQuestion(what="strategy_untried", about=name, on=day_date(strategy.set_on))


def _sessions(known: Known, care: Care) -> Iterator[OpenQuestion]:
    """Sessions whose day is over, of which nobody said what became of them."""
    for name, session in care.sessions.items():
        if session.now.status in {"planned", "moved"} and session.now.on < known.today:
            yield OpenQuestion(what="session_unaccounted", about=name, on=day_date(session.now.on))


def _waits(known: Known, since: Day, days: int) -> bool:
    return known.today - since >= days
