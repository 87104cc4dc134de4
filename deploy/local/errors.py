"""The one error of the local stack: what is in the way, and what to do about it.

Raised anywhere under deploy.local, shown by deploy.cli as two lines and exit code 1.
"""


class StackError(Exception):
    """Something outside this program keeps the local stack from running.

    Attributes:
        hint: what the reader can do about it, as an instruction.
    """

    def __init__(self, problem: str, *, hint: str) -> None:
        super().__init__(problem)
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.args[0]}\n{self.hint}"
