"""What is kept of people, life events and symptoms once they pass the horizon. Called by `fold`.

Each function adds what passed to what was kept and lets go of what no finding can rest on any more. Both follow from
the set of events and the time of the newest one alone, so that the grouping of events leaves no trace. What is kept has
no mark any more, so it is told apart by its place, and every list stays in the order in which it came.
"""

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from msgspec.structs import replace

from schemas.vocabulary import InteractionKind
from streams.core.entry import AnyEntry, InteractionEntry, LifeEntry, PersonEntry, SymptomEntry
from streams.core.moments import DAY, Day, Micros, local_day
from streams.core.state import SETTLED, SYMPTOMS, SymptomDay

NAMED: Final[Micros] = SETTLED + 16 * DAY
"""Findings rest on what was unusual in the 14 days before them, and name its events, until they are settled."""
CONFLICTS_KEPT: Final[Micros] = SETTLED + 86 * DAY
"""14 days against the 56 before, and for 14 days before a finding none other may have been found."""
SYMPTOM_DAYS_KEPT: Final = 30 + 72
"""7 days against the 56 before, and for 7 days before a finding none other; plus time zones."""

MOST_ENTRIES: Final = 1_000
"""Inventory entries, interactions and life events that are kept of each, the newest: a broken phone fills no record.

Beside them are kept as many again of what must outlive a flood of others, as `_trimmed` is told.
"""
MOST_NAMED: Final = 20
"""Check-ins of one day that a finding names."""

LASTING: Final = frozenset({InteractionKind.LOSS.value, InteractionKind.VIOLENCE.value})
"""Kinds of interaction that are kept for good."""
_NOTED: Final = LASTING | {InteractionKind.CONFLICT.value}

Named = TypeVar("Named", InteractionEntry, LifeEntry, PersonEntry)
Told = TypeVar("Told", InteractionEntry, PersonEntry)


def is_noted(kind: str, stage: str) -> bool:
    """Whether relationship findings may rest on an interaction of this kind, or on the stage that it tells of."""
    return kind in _NOTED or stage != ""


def people(kept: tuple[PersonEntry, ...], passed: Sequence[AnyEntry], newest: Micros) -> tuple[PersonEntry, ...]:
    """Entries that say something new; an app that sends its whole inventory every day adds nothing.

    Of each person the newest stays, and what was last said of contacting them, whatever is sent of others.
    """
    added = [known.past() for known in passed if isinstance(known, PersonEntry)]
    if not added:
        return _without_old_names(kept, newest)
    new = news((*kept, *added))
    contacts = [at for at, known in enumerate(new) if known.contact is not None]
    last, last_contact = _last_of_each(new, range(len(new))), _last_of_each(new, contacts)
    return _without_old_names(_trimmed(new, last, last_contact), newest)


def news(entries: Iterable[PersonEntry]) -> list[PersonEntry]:
    """Those of `entries`, in (time, mark) order, that differ from the one before of the same person."""
    last: dict[str, PersonEntry] = {}
    new = []
    for known in entries:
        before = last.get(known.person)
        if before is None or _said(before) != _said(known):
            last[known.person] = known
            new.append(known)
    return new


def noted(
    kept: tuple[InteractionEntry, ...], passed: Sequence[AnyEntry], newest: Micros
) -> tuple[InteractionEntry, ...]:
    """Losses and violence for good; conflicts as far back as is counted; of a dispute's stages where each run ends."""
    added = [one for one in passed if isinstance(one, InteractionEntry) and is_noted(one.kind, one.stage)]
    known = (*kept, *map(_plain, added))
    if not known:
        return known
    first = newest - CONFLICTS_KEPT
    if known[0].time < first:
        ends = _ends_of_runs(known)
        known = tuple(one for at, one in enumerate(known) if one.time >= first or one.kind in LASTING or at in ends)
    lasting = [at for at, one in enumerate(known) if one.kind in LASTING]
    return _without_old_names(_trimmed(known, lasting, _last_of_each(known, lasting)), newest)


def life(kept: tuple[LifeEntry, ...], passed: Sequence[AnyEntry], newest: Micros) -> tuple[LifeEntry, ...]:
    """All of them: there are few, and anniversaries come for years."""
    added = (known.past() for known in passed if isinstance(known, LifeEntry))
    return _without_old_names((*kept, *added)[-MOST_ENTRIES:], newest)


def symptoms(kept: tuple[SymptomDay, ...], passed: Sequence[AnyEntry], newest: Micros) -> tuple[SymptomDay, ...]:
    """Counts by local day, no further back than a finding looks."""
    days = counted(kept, passed)
    if not days:
        return ()
    first, names_from = newest // DAY - SYMPTOM_DAYS_KEPT, (newest - NAMED) // DAY
    return tuple(
        replace(day, event_ids=()) if day.event_ids and day.day < names_from else day
        for day in days
        if day.day >= first
    )


def counted(days: Sequence[SymptomDay], entries: Iterable[AnyEntry]) -> tuple[SymptomDay, ...]:
    """`days` with the symptoms in `entries` added, oldest first."""
    by_day: dict[Day, SymptomDay] = {}
    for known in entries:
        if isinstance(known, SymptomEntry):
            by_day = by_day or {day.day: day for day in days}
            day = local_day(known.time, known.offset)
            by_day[day] = _plus(by_day.get(day, SymptomDay(day, (0, 0, 0), (0, 0, 0), ())), known)
    return tuple(by_day[day] for day in sorted(by_day)) if by_day else tuple(days)


def _plus(day: SymptomDay, said: SymptomEntry) -> SymptomDay:
    reports, counts = list(day.reports), list(day.counts)
    for at in range(len(SYMPTOMS)):
        count = said.counts[at]
        if count is not None:
            reports[at] += 1
            counts[at] += count
    event_ids = (*day.event_ids, said.event_id)[:MOST_NAMED] if any(said.counts) else day.event_ids
    return SymptomDay(day.day, (reports[0], reports[1], reports[2]), (counts[0], counts[1], counts[2]), event_ids)


def _plain(known: InteractionEntry) -> InteractionEntry:
    """The entry without what a kind of it may add: that has its own place in the state."""
    return InteractionEntry(*(getattr(known, name) for name in InteractionEntry.__struct_fields__)).past()


def _said(known: PersonEntry) -> PersonEntry:
    """What the entry says, whenever it says so."""
    return replace(known, time=0, mark=b"", fingerprint=b"", offset=0, event_id="")


def _ends_of_runs(known: Sequence[InteractionEntry]) -> set[int]:
    """Places of the first and the last of each person's successive interactions that tell of the same stage."""
    ends = set()
    last: dict[str, int] = {}
    for at, one in enumerate(known):
        before = last.get(one.person)
        if one.stage and (before is None or known[before].stage != one.stage):
            ends |= {at} if before is None else {before, at}
        if one.stage:
            last[one.person] = at
    return ends.union(last.values())


def _trimmed(known: Sequence[Named], *beside: Sequence[int]) -> Sequence[Named]:
    """The newest `MOST_ENTRIES` of `known`, and of each of its parts `beside` as many again, in their order.

    Each choice is the same whether it is made of everything or of what was chosen before and what came since, and so
    are all of them together.

    Args:
        known: in (time, mark) order.
        beside: places in `known`, in order.
    """
    if len(known) <= MOST_ENTRIES:
        return known
    stay = set(range(len(known) - MOST_ENTRIES, len(known)))
    for part in beside:
        stay.update(part[-MOST_ENTRIES:])
    return [one for at, one in enumerate(known) if at in stay]


def _last_of_each(known: Sequence[Told], places: Iterable[int]) -> list[int]:
    """Of those at `places`, where the newest of each person is, and of interactions of each kind with them."""
    last: dict[tuple[str, str], int] = {}
    for at in places:
        one = known[at]
        about = (one.person, one.kind if isinstance(one, InteractionEntry) else "")
        last[about] = at
    return sorted(last.values())


def _without_old_names(known: Sequence[Named], newest: Micros) -> tuple[Named, ...]:
    """Without the event ids that no unsettled finding can name."""
    horizon = newest - NAMED
    return tuple(replace(one, event_id="") if one.event_id and one.time < horizon else one for one in known)
