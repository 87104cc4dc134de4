"""The chain of the audit: each entry holds the hash of the one before, so that none can be changed or taken out unseen.

An entry's hash is a SHA-256 of its JSON without the hash, keys sorted, what is absent left out. Copies of an entry are
one entry. What a chain alone cannot show is that its end was cut off, or that all of it was written anew: for that, the
last number and hash have to be known from elsewhere (`ends`). Called by the console, which writes, and by
`ipt-pulse trail verify`.

    >>> from schemas.audit import AuditDeed, Deed
    >>> deed = AuditDeed(at="2026-11-24T03:00:00Z", who="u-1", deed=Deed.LOOKED, patient="p-1")
    >>> first = chained(deed, "w-1", START)
    >>> second = chained(deed, "w-1", end_of(first))
    >>> [str(one) for one in breaks([second, first])]
    []
    >>> [str(one) for one in breaks([second])]
    ['w-1: number 1 is missing']
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from schemas.audit import AuditDeed, AuditEntry


class End(NamedTuple):
    """Where a chain ends: the number of its last entry and that one's hash."""

    number: int
    hash: str


START: Final = End(0, "0" * 64)
"""Before the first entry."""


class Fault(StrEnum):
    """What can be wrong with a chain."""

    CHANGED = "was changed"
    MISSING = "is missing"
    TWO = "is there twice, with different contents"
    CUT = "is missing: the chain was cut off after the one before"
    ANOTHER = "is another than the one that is known to end the chain"
    UNCHAINED = "does not follow from the one before"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where a chain does not hold; of a gap, `number` is the first and `last` the last that is missing."""

    writer: str
    number: int
    fault: Fault
    last: int = 0

    def __str__(self) -> str:
        """One line."""
        further = f" (and all up to {self.last})" if self.last > self.number else ""
        return f"{self.writer}: number {self.number} {self.fault}{further}"


def chained(deed: AuditDeed, writer: str, before: End) -> AuditEntry:
    """`deed` as the next entry of a writer's chain."""
    place = {"writer": writer, "number": before.number + 1, "before": before.hash, "hash": START.hash}
    unhashed = AuditEntry.model_validate(deed.model_dump() | place)
    return unhashed.model_copy(update={"hash": hash_of(unhashed)})


def hash_of(entry: AuditEntry) -> str:
    """The hash that `entry` ought to have, whatever it says it is; fields that this version does not know count too."""
    told = entry.model_dump(mode="json", exclude={"hash"}, exclude_none=True)
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def end_of(entry: AuditEntry) -> End:
    """The end of a chain whose last entry this is."""
    return End(entry.number, entry.hash)


def breaks(entries: Iterable[AuditEntry], known: Mapping[str, End] | None = None) -> list[Break]:
    """Every place where a chain does not hold, by writer and number; none if all hold.

    Args:
        entries: of all writers, in any order, with copies.
        known: where each writer's chain reached, from elsewhere.
    """
    chains: defaultdict[str, defaultdict[int, dict[str, AuditEntry]]] = defaultdict(lambda: defaultdict(dict))
    for entry in entries:
        chains[entry.writer][entry.number][entry.model_dump_json()] = entry
    known = known or {}
    return [one for writer in sorted(chains.keys() | known.keys()) for one in _broken(writer, chains[writer], known)]


def ends(entries: Iterable[AuditEntry]) -> dict[str, End]:
    """The last number and hash of each writer."""
    found: dict[str, End] = {}
    for entry in entries:
        found[entry.writer] = max(found.get(entry.writer, START), end_of(entry))
    return found


def _broken(writer: str, chain: Mapping[int, Mapping[str, AuditEntry]], known: Mapping[str, End]) -> Iterator[Break]:
    before, last = START.hash, START.number
    for number in sorted(chain):
        if number > last + 1:  # one line for all: whoever forges an entry may number it as they like
            yield Break(writer, last + 1, Fault.MISSING, number - 1)
            before = ""
        here, last = list(chain[number].values()), number
        entry = here[0]
        if len(here) > 1:
            yield Break(writer, number, Fault.TWO)
        elif hash_of(entry) != entry.hash:
            yield Break(writer, number, Fault.CHANGED)
        elif before and entry.before != before:
            yield Break(writer, number, Fault.UNCHAINED)
        before = entry.hash
    end = known.get(writer, START)
    if end.number > last:
        yield Break(writer, last + 1, Fault.CUT)
    elif end.number and end.hash not in {entry.hash for entry in chain.get(end.number, {}).values()}:
        yield Break(writer, end.number, Fault.ANOTHER)
