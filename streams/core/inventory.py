"""The interpersonal inventory as it stands: who is in the patient's life, how close, and who was merged into whom.

Called by the relationship rules, by `view`, and by whoever reads the links. A person may be met before any entry of
theirs arrives, or without one: they are then known by their id alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas.vocabulary import Contact
from streams.core.entry import InteractionEntry, PersonEntry
from streams.core.keep import news
from streams.core.moments import Day, local_day
from streams.core.state import State


@dataclass(frozen=True, slots=True)
class Someone:
    """A person of the inventory, or one who was met without being in it (then `entry` is None)."""

    person: str
    entry: PersonEntry | None
    rings: tuple[tuple[Day, int], ...]
    """Closeness over time: the local day from which on, and the ring."""
    contact: Contact | None
    """The strictest that stands for any of their ids; None when nothing was said."""
    also: tuple[str, ...]
    """Ids that were merged into this one."""


def entries(state: State) -> list[PersonEntry]:
    """Inventory entries that say something new, in (time, mark) order."""
    return news((*state.people, *(known for known in state.others if isinstance(known, PersonEntry))))


def interactions(state: State) -> list[InteractionEntry]:
    """What is still kept one by one of interactions, in (time, mark) order."""
    return [*state.noted, *(known for known in state.others if isinstance(known, InteractionEntry))]


def merges(known: Iterable[PersonEntry]) -> dict[str, str]:
    """Whose events count for whom: merged id to the id they count for now, however many merges lie between.

    Only standing entries merge, so a later entry without `merged_into` takes a merge back. A merge that would close a
    circle, later than those that it closes, has no effect. The one merged into may be unknown or removed.

    Args:
        known: inventory entries, in (time, mark) order.
    """
    into: dict[str, str] = {}
    for entry in _standing(known).values():
        if entry.merged_into is not None and _end(into, entry.merged_into) != entry.person:
            into[entry.person] = entry.merged_into
    return {person: _end(into, person) for person in into}


def same_person(state: State) -> dict[str, str]:
    """Whose events count for whom, as things stand."""
    return merges(entries(state))


def inventory(state: State) -> list[Someone]:
    """Everyone who is known, by id; those merged into another appear with that one only."""
    known = entries(state)
    same = merges(known)
    standing = _standing(known)
    ids = {*standing, *(one.person for one in interactions(state)), *same.values()}
    also: dict[str, list[str]] = {person: [] for person in sorted(ids - same.keys())}
    for merged, person in sorted(same.items()):
        also[person].append(merged)
    return [
        Someone(
            person,
            standing.get(person),
            _rings(one for one in known if one.person == person),
            _contact(known, {person, *merged}),
            tuple(merged),
        )
        for person, merged in also.items()
    ]


def _standing(known: Iterable[PersonEntry]) -> dict[str, PersonEntry]:
    """The newest entry of each person, in the order of `known`."""
    standing: dict[str, PersonEntry] = {}
    for entry in known:
        standing.pop(entry.person, None)
        standing[entry.person] = entry
    return standing


def _end(into: Mapping[str, str], person: str) -> str:
    while person in into:
        person = into[person]
    return person


def _rings(known: Iterable[PersonEntry]) -> tuple[tuple[Day, int], ...]:
    """Each change of ring; an entry that names none says nothing of it."""
    rings: list[tuple[Day, int]] = []
    for entry in known:
        if entry.ring is not None and (not rings or rings[-1][1] != entry.ring):
            rings.append((local_day(entry.time, entry.offset), entry.ring))
    return tuple(rings)


def _contact(known: Sequence[PersonEntry], ids: set[str]) -> Contact | None:
    """What was last said of each id, and of these the strictest: a merge loses no "never"."""
    said = {entry.person: entry.contact for entry in known if entry.person in ids and entry.contact is not None}
    return next((contact for contact in Contact if contact.value in said.values()), None)
