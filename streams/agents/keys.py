"""What lies in the table of analysis: patients' records, and under keys that no patient can have, some other things."""

from collections.abc import Callable

from streams.core.packed import unpack
from streams.core.state import Record

Get = Callable[[bytes], bytes | None]
"""What is kept under a key; None where nothing is."""

POPULATION = b"\x00population"
"""The newest population fit."""
RECEIPT = b"\x00receipt"
"""How far this partition's events were dealt with, and how many those are."""
GROUP_PREFIX = b"group/"
"""In front of a group's id; no patient's id has a slash."""


BODY_PREFIX = b"\x01"
"""In front of a patient's id: the body of their record. Those of all patients lie before all fronts."""
FRONTS = b"\x02"
"""From here on there is no body."""


def body_key(patient: bytes) -> bytes:
    """Where the body of a patient's record lies; its front lies under their own id."""
    return BODY_PREFIX + patient


def rows(patient: bytes, front: bytes, body: bytes | None) -> dict[bytes, bytes | None]:
    """What is to be kept of a patient, where the body may stay as it was.

    The body goes first: behind an older front it counts, while a front ahead of its body would lack what is in it.
    """
    return {patient: front} if body is None else {body_key(patient): body, patient: front}


def record(patient: bytes, get: Get) -> Record:
    """A patient's record."""
    return unpack(get(patient), get(body_key(patient)))


def is_patient(key: bytes) -> bool:
    """Whether a key is a patient's own id, under which their front lies; pseudonyms hold no control character."""
    return not key.startswith((b"\x00", BODY_PREFIX, GROUP_PREFIX))
