"""What the regression is told of: the analysis makes these from check-ins and interactions; both pack into msgpack."""

import msgspec


class Report(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="r"):
    """One mood report."""

    time: float
    """Seconds since 1970 UTC."""
    tod: int
    """Seconds since midnight in the patient's own UTC offset, 0-86,399."""
    mood: int
    """Mood in hundredths of a point, 0-1000."""


class Happened(msgspec.Struct, frozen=True, array_like=True, gc=False, tag="h"):
    """One interaction with one person."""

    time: float
    """Seconds since 1970 UTC."""
    person: str
    kind: str
    patterns: tuple[str, ...] = ()
    """Communication patterns that the patient saw in it."""


Item = Report | Happened
