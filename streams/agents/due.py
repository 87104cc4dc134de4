"""When the next thing is due for each patient, a day to close or a view to send.

An index in memory, rebuilt when a partition is taken over.
"""

import heapq
from dataclasses import dataclass, field

from streams.core.moments import Micros

SLACK = 1000
"""Entries passed over that the heap may hold beyond as many as there are patients due."""


@dataclass(slots=True)
class DueIndex:
    """A heap of (time, patient); what was put in later counts, older entries are passed over."""

    _heap: list[tuple[Micros, bytes]] = field(default_factory=list)
    _due: dict[bytes, Micros] = field(default_factory=dict)

    def put(self, patient: bytes, due: Micros) -> None:
        """`patient` is due at `due`; 0 for never."""
        if due == 0:
            self._due.pop(patient, None)
        elif self._due.get(patient) != due:
            self._due[patient] = due
            heapq.heappush(self._heap, (due, patient))
            if len(self._heap) > 2 * len(self._due) + SLACK:
                self._heap = [(at, of) for of, at in self._due.items()]
                heapq.heapify(self._heap)

    def take(self, now: Micros, most: int) -> list[bytes]:
        """Up to `most` patients that are due by `now`, each once, the longest due first."""
        taken: list[bytes] = []
        while self._heap and self._heap[0][0] <= now and len(taken) < most:
            due, patient = heapq.heappop(self._heap)
            if self._due.get(patient) == due:
                del self._due[patient]
                taken.append(patient)
        return taken
