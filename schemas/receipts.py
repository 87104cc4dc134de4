"""What analysis signs for, partition by partition: how many records of `patient.events` it has dealt with, and which.

Analysis keeps a receipt beside the patients' records, written together with them, and says it on `analysis.receipts`.
The auditor reads `patient.events` by itself and holds the two against each other. Sums of marks are the same in any
order, and grow by the same amount however often a batch had to be done again.
"""

from typing import Annotated
from zlib import crc32

from pydantic import Field

from schemas.model import Message

Count = Annotated[int, Field(ge=0)]


def mark(value: bytes | None, offset: int) -> int:
    """32 bits that stand for a record at its place: other bytes, or the same ones elsewhere, give others."""
    return crc32(value or b"", offset & 0xFFFFFFFF)


class Sum(Message):
    """Some records: how many, and the sum of their marks."""

    records: int = 0
    marks: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(records=self.records + other.records, marks=self.marks + other.marks)

    def __sub__(self, other: "Sum") -> "Sum":
        return Sum(records=self.records - other.records, marks=self.marks - other.marks)


class Receipt(Message):
    """All records from `since` to before `end`: those that a patient's record was kept with, and those set aside."""

    since: Count = Field(description="The first offset that is counted.")
    end: Count = Field(description="The offset after the last one.")
    at: int = Field(description="The broker's time of the newest record, milliseconds since 1970.")
    taken: Sum = Sum()
    set_aside: Sum = Sum()
