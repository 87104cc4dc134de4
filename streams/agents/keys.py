"""What lies in the table of analysis: patients' records, and under keys that no patient can have, some other things."""

POPULATION = b"\x00population"
"""The newest population fit."""
RECEIPT = b"\x00receipt"
"""How far this partition's events were dealt with, and how many those are."""
GROUP_PREFIX = b"group/"
"""In front of a group's id; no patient's id has a slash."""


def is_patient(key: bytes) -> bool:
    """Whether a key is a patient's; their pseudonyms hold no control character."""
    return not key.startswith((b"\x00", GROUP_PREFIX))
