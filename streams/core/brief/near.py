"""Days that matter: life events of late or soon, and losses that come round. Called by `brief` and `review`."""

from typing import Final

from schemas.brief_view import Near
from streams.core.brief.known import Known
from streams.core.life import anniversaries, life_events
from streams.core.moments import Day, day_date

SOON: Final = 14
"""Days ahead that a brief looks."""


def near(known: Known) -> tuple[Near, ...]:
    """From the first of the brief's days to a fortnight ahead, in the order of the calendar."""
    happened = {
        Near(on=day_date(event.date), kind=event.kind)
        for event in life_events(known.state)
        if known.first <= event.date <= known.today + SOON
    }
    both = [*happened, *come_round(known, known.first, known.today + SOON)]
    return tuple(sorted(both, key=lambda one: (one.on, one.kind, one.years or 0, one.person or "")))


def come_round(known: Known, first: Day, last: Day) -> list[Near]:
    """Anniversaries of losses from `first` to `last`, both counted."""
    middle, reach = (first + last) // 2, (last - first) // 2 + 1
    return [
        Near(on=one.on, kind=one.kind, years=one.years, person=one.person)
        for one in anniversaries(known.state, day_date(middle), reach)
        if day_date(first) <= one.on <= day_date(last)
    ]
