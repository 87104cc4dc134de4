"""How a patient lies in the changelog and the table of analysis: all that these faults know of the layout of rows."""

from collections.abc import Iterator, Mapping

from streams.agents import keys
from streams.core.packed import pack
from streams.core.state import Record, State

Rows = dict[bytes, bytes]


def rows_of(patient: str, record: Record) -> Rows:
    """The rows that keep a patient's record."""
    kept = keys.rows(patient.encode(), *pack(record))
    return {key: row for key, row in kept.items() if row is not None}


def patient_of(key: bytes) -> bytes:
    """Whose row that is: both rows of a patient lie on the partition of their own id."""
    return key.removeprefix(keys.BODY_PREFIX)


def rows_of_patients(rows: Mapping[bytes, bytes], prefix: str = "") -> Rows:
    """Those of the patients whose names begin so, without what analysis keeps of each partition under one name."""
    found = {}
    for patient in filter(keys.is_patient, rows):
        if patient.startswith(prefix.encode()):
            found |= {key: rows[key] for key in (keys.body_key(patient), patient)}
    return found


def states_in(rows: Mapping[bytes, bytes], prefix: str = "") -> Iterator[tuple[str, State]]:
    """The state of each of those patients."""
    for patient in filter(keys.is_patient, rows_of_patients(rows, prefix)):
        yield patient.decode(), keys.record(patient, rows.get).state
