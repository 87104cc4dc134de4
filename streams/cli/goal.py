"""What a measured figure has to reach. Called by the `evaluate` commands, which say on how many seeds it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Measured = TypeVar("Measured")


@dataclass(frozen=True, slots=True)
class Goal(Generic[Measured]):
    """What a figure has to reach: at most or at least `value`."""

    name: str
    of: Callable[[Measured], float]
    value: float
    most: bool

    @property
    def limit(self) -> str:
        """In a table's words."""
        return f"{'≤' if self.most else '≥'} {self.value:g}"

    def met(self, measured: Measured) -> bool:
        """Whether it is reached."""
        return self.of(measured) <= self.value if self.most else self.of(measured) >= self.value
