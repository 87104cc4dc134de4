"""The one error of the local stack: what is in the way, and what to do about it.

Raised anywhere under deploy.local, shown by deploy.cli as two lines and exit code 1.
"""

from streams.errors import Misconfigured


class StackError(Misconfigured):
    """Something outside this program keeps the local stack from running.

    Attributes:
        hint: what the reader can do about it, as an instruction.
    """

    def __init__(self, problem: str, *, hint: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.problem}\n{self.hint}"
