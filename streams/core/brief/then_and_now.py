"""People and disputes at two times: who was how close, and how far a dispute had come. Called by both reviews."""

from schemas.review_view import Close, DisputeView, StageOn
from schemas.vocabulary import DisputeStage
from streams.core.brief.known import Known
from streams.core.disputes import moves
from streams.core.entry import Entry
from streams.core.inventory import Someone, entries, interactions, inventory
from streams.core.moments import Day, day_date, local_day

FAR = 9
"""Where those of whom no ring is known come in an order by closeness."""


def closeness(known: Known, then: Day, now: Day) -> tuple[Close, ...]:
    """Everyone who was in the inventory by `now`, the closest first; before anything was said, what was said first."""
    entered = {entry.person: day for entry in reversed(entries(known.state)) if (day := _day(entry)) <= now}
    people = [
        Close(
            person=one.person,
            relation=one.entry.relation,
            ring_then=_ring(one, then, first=True),
            ring_now=_ring(one, now, first=False),
        )
        for one in inventory(known.state)
        if one.entry is not None and not one.entry.removed and one.person in entered
    ]
    return tuple(sorted(people, key=lambda one: (one.ring_now or FAR, one.person)))


def disputes(known: Known, until: Day) -> tuple[DisputeView, ...]:
    """Each dispute, through the stages told of by `until`."""
    told = {
        person: [move for move in moved if _day(move.told) <= until]
        for person, moved in moves(interactions(known.state), entries(known.state), known.same).items()
    }
    return tuple(
        DisputeView(
            person=person,
            stages=tuple(StageOn(stage=DisputeStage(move.after), on=day_date(_day(move.told))) for move in moved),
        )
        for person, moved in sorted(told.items())
        if moved
    )


def _ring(one: Someone, on: Day, *, first: bool) -> int | None:
    """The ring on a day; with `first`, what was said first where nothing was said by then."""
    by_then = [ring for day, ring in one.rings if day <= on]
    if by_then:
        return by_then[-1]
    return one.rings[0][1] if first and one.rings else None


def _day(entry: Entry) -> Day:
    return local_day(entry.time, entry.offset)
