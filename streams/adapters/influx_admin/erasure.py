"""Deleting a patient from InfluxDB, and looking afterwards.

InfluxDB takes `!=` and empty predicates as well, and deletes everybody else. So a predicate is made here alone, from an
id that was looked at, and is looked at once more as it stands.
"""

import re
from typing import Final

from pydantic import TypeAdapter, ValidationError

from schemas.model import Slug
from streams.adapters.influx_admin.daily import POLICY, RAW
from streams.adapters.influx_admin.server import Server
from streams.errors import Rejected

FIRST: Final = "1970-01-01T00:00:00Z"
LAST: Final = "2200-01-01T00:00:00Z"
"""No event is later."""
_SLUG: Final = TypeAdapter(Slug)
_PREDICATE: Final = re.compile(r'patient="[A-Za-z0-9][A-Za-z0-9._~-]{0,63}"')


def checked(patient: str) -> str:
    """The id, if it is one.

    Raises:
        Rejected: it is none.
    """
    try:
        return _SLUG.validate_python(patient)
    except ValidationError:
        raise Rejected("patient", "is no patient's id") from None


def predicate(patient: str) -> str:
    """What selects this patient's points in `/api/v2/delete`, and nobody else's.

    Raises:
        Rejected: `patient` is no id, so it could select others.
    """
    made = f'patient="{checked(patient)}"'
    if _PREDICATE.fullmatch(made) is None:
        raise Rejected("patient", "gives no predicate that could be trusted")
    return made


def left_of(server: Server, bucket: str, patient: str) -> int:
    """How many of the patient's points a bucket holds, its daily means too."""
    where = f"\"patient\" = '{checked(patient)}'"
    found = 0
    for policy in (RAW, POLICY):
        # The id was looked at above.
        rows = server.influxql(f'SELECT count(*) FROM "{policy}"./.*/ WHERE {where}', bucket)  # noqa: S608
        found += sum(value or 0 for row in rows for name, value in row.items() if name.startswith("count_"))
    return found
