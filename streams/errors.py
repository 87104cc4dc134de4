"""The errors of the shell, as one tree.

PulseError
├── Rejected        bad input: set aside with its reason, never retried
├── Unavailable     something outside does not answer: retried, nothing lost
└── Misconfigured   the operator has to change something: the message says what
"""


class PulseError(Exception):
    """Anything this project raises on purpose."""


class Rejected(PulseError):
    """Bad input. `field` is a dotted path, empty for the whole; `reason` never holds the value."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}" if field else reason)
        self.field = field
        self.reason = reason


class Unavailable(PulseError):
    """A server does not answer, or answers that it cannot now; `retry_after_s` is when it asks to be tried again."""

    def __init__(self, reason: str = "", *, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Misconfigured(PulseError):
    """Something only the operator can put right."""
