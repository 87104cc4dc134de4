"""One partition's book: what lies in `patient.events`, against what analysis has signed for and what was set aside.

Pure; the auditor fills it. A receipt is held against the log once everything before its end was read, so no answer is
given too early: there is nothing that may still be on its way.
"""

from collections import deque
from dataclasses import dataclass, field

from schemas.receipts import Receipt, Sum


@dataclass(frozen=True, slots=True)
class Missing:
    """Offsets `[start, end)` that are not all accounted for: what the log holds, what is signed for, what is aside."""

    start: int
    end: int
    accepted: Sum
    taken: Sum
    set_aside: Sum
    found_aside: Sum

    @property
    def records(self) -> int:
        """How many are missing; at least one, since some were taken for others."""
        aside = min(self.set_aside.records, self.found_aside.records)
        return max(1, self.accepted.records - self.taken.records - aside)


@dataclass(slots=True)
class Book:
    """What was read of one partition and is not settled yet.

    Args:
        settled: the last receipt that was held against the log; None before the first.
    """

    settled: Receipt | None = None
    due: Receipt | None = None
    """The receipt that is to be held against the log next."""
    _records: int = 0
    _marks: int = 0
    """Of what lies in the log from the end of `settled` to the end of `due`, as far as it was read."""
    _seen: deque[tuple[int, int, int]] = field(default_factory=deque)
    """Offset, mark and time of what was read beyond that."""
    _aside: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Of what lies in the rejected topic, by its offset in the log: where there, and its mark."""

    @property
    def end(self) -> int:
        """Up to where everything is accounted for."""
        return 0 if self.settled is None else self.settled.end

    @property
    def waiting(self) -> int:
        """Records that were read here and that no receipt covers yet."""
        return len(self._seen)

    @property
    def oldest(self) -> int | None:
        """The broker's time of the first of them, milliseconds since 1970."""
        return self._seen[0][2] if self._seen else None

    @property
    def aside_from(self) -> int | None:
        """Where in the rejected topic the first record lies that is still needed."""
        return min((place for place, _ in self._aside.values()), default=None)

    def saw(self, offset: int, mark: int, at: int) -> None:
        """A record of the log; each is seen once, in the order of offsets."""
        if self.due is not None and offset < self.due.end:
            self._records += 1
            self._marks += mark
        else:
            self._seen.append((offset, mark, at))

    def saw_aside(self, offset: int, mark: int, place: int) -> None:
        """The record of the log at `offset` lies at `place` in the rejected topic; once more after a crash."""
        if self.settled is None or offset >= self.settled.end:
            self._aside.setdefault(offset, (place, mark))

    def start_over(self, since: int) -> None:
        """Analysis counts from `since` on: nothing before it is of interest, and what follows is read again."""
        self.settled, self.due = Receipt(since=since, end=since, at=0), None
        self._records = self._marks = 0
        self._seen.clear()
        self._aside.clear()

    def expect(self, receipt: Receipt) -> None:
        """Hold this one against the log next."""
        self.due = receipt
        while self._seen and self._seen[0][0] < receipt.end:
            self._records += 1
            self._marks += self._seen.popleft()[1]

    def settle(self) -> Missing | None:
        """Everything before the end of `due` was read, and all that was set aside by then: is anything missing?"""
        if self.settled is None or self.due is None:
            raise RuntimeError("there is nothing to settle")
        before, due = self.settled, self.due
        accepted = Sum(records=self._records, marks=self._marks)
        found = [mark for offset, (_, mark) in self._aside.items() if before.end <= offset < due.end]
        found_aside = Sum(records=len(found), marks=sum(found))
        self._aside = {offset: one for offset, one in self._aside.items() if offset >= due.end}
        self.settled, self.due, self._records, self._marks = due, None, 0, 0
        taken, aside = due.taken - before.taken, due.set_aside - before.set_aside
        if accepted == taken + aside and found_aside == aside:
            return None
        return Missing(before.end, due.end, accepted, taken, aside, found_aside)
