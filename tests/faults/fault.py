"""What every fault of the suite is: a row of the report, and a function that causes it and looks what came of it."""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Verdict:
    """What one fault came to: its figures, and what did not hold, counts and times apart."""

    figures: dict[str, Any] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    minutes: float = 0.0
    load: float = 0.0
    """How busy the machine was at the end, a core."""

    def note(self, what: str, found: Any) -> None:
        """A figure that is told and not judged."""
        self.figures[what] = found

    def count(self, what: str, found: int, *, expected: int = 0) -> None:
        self.figures[what] = found
        if found != expected:
            self.broken.append(f"{what}: {found:,}, not {expected:,}")

    def seconds(self, what: str, found: float, *, below: float) -> None:
        """A time. A busy machine breaks it without a fault of ours, so it is told apart from the counts."""
        self.figures[f"{what}, s"] = round(found, 3)
        if found >= below:
            self.slow.append(f"{what}: {found:.2f} s, not below {below:g} s")

    @property
    def holds(self) -> bool:
        return not (self.broken or self.slow)


@dataclass(frozen=True)
class Case:
    """One run of one fault: a folder of its own, its chance, and somebody to tell how far it is."""

    folder: Path
    seed: int
    tell: Callable[[str], None] = lambda _: None
    begun: float = field(default_factory=time.monotonic)

    def say(self, line: str) -> None:
        self.tell(f"{time.monotonic() - self.begun:7.1f} s  {line}")

    def chance(self) -> random.Random:
        """The same numbers for the same seed."""
        return random.Random(self.seed)  # noqa: S311 -- moments and victims, not secrets


@dataclass(frozen=True)
class Fault:
    """`full` and `short` are keyword arguments of `run`: for the report, and to see within a minute that it holds."""

    name: str
    title: str
    must_hold: str
    run: Callable[..., Verdict]
    full: Mapping[str, Any]
    short: Mapping[str, Any]
    kept_by: str = ""
    """Other tests that cause this one in `make test`; where there are none, the short run is part of it."""
    missing: Callable[[], str] = lambda: ""
    """Why it cannot be caused on this machine; empty where it can."""
