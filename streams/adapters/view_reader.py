"""Every patient's newest view from the compacted topic `patient.views`. Called by `ipt-pulse outcomes`."""

from collections.abc import Iterator

from pydantic import ValidationError

from schemas.views import PatientView
from streams.adapters.changelog import newest_records
from streams.topics import VIEWS


def read_views(bootstrap: str) -> Iterator[PatientView]:
    """The newest view of each patient as of now; an erased patient's are not among them.

    A view that no reader of ours understands is passed over, as the console does.

    Raises:
        Unavailable: Kafka does not answer, or has no such topic.
    """
    for newest in newest_records(bootstrap, VIEWS):
        for value in newest.values():
            try:
                yield PatientView.model_validate_json(value)
            except ValidationError:
                continue
