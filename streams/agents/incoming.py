"""Reads what the alert agent needs from a record of any of its topics: an `AlertSignal`, an `AlertAction`, or nothing.

Events that are nobody's safety pass at the cost of a look at their type. Analysis sets unreadable events aside; here
they are passed over, but whatever can be read pages: a wrong clock or a plain note must not keep a clinician away.
"""

from collections.abc import Callable

import msgspec
import structlog
from pydantic import ValidationError

from schemas.alerts import AlertAction, AlertSignal
from schemas.reading import Rejection, read_event
from streams.core.alerts import Routes, safety_signal
from streams.core.safety import safety_finding
from streams.metrics import WORKER_REJECTED
from streams.topics import ACTIONS, EVENTS, SIGNALS
from streams.transport import Record

log = structlog.get_logger(__name__)

SAFETY_TYPES = frozenset({"questionnaire.v1", "safety.v1"})


class _Typed(msgspec.Struct):
    type: str


_look = msgspec.json.Decoder(_Typed).decode


def read(topic: str, record: Record, routes: Routes) -> AlertSignal | AlertAction | None:
    """What a record says about alerts; None when it says nothing, or nothing that can be read."""
    if record.key is None or record.value is None:
        return None
    said = _READERS[topic](record.value, routes)
    if said is None or said.patient.encode() == record.key:
        return said
    log.error("record under another patient's key", topic=topic, offset=record.offset)
    return None


def _safety(raw: bytes, routes: Routes) -> AlertSignal | None:
    try:
        if _look(raw).type not in SAFETY_TYPES:
            return None
    except msgspec.DecodeError:
        return None
    said = read_event(raw)
    if isinstance(said, Rejection):
        return None
    finding = safety_finding(said.event)
    return None if finding is None else safety_signal(finding, history=said.event.history, routes=routes)


def _message(kind: type[AlertSignal | AlertAction]) -> Callable[[bytes, Routes], AlertSignal | AlertAction | None]:
    """Reads what our own programs write; anything else there is a fault of ours, and no reason to stop paging."""

    def read_message(raw: bytes, _routes: Routes) -> AlertSignal | AlertAction | None:
        try:
            return kind.model_validate_json(raw)
        except ValidationError as error:
            WORKER_REJECTED.inc()
            first = error.errors(include_input=False, include_context=False)[0]
            log.warning("message cannot be read", kind=kind.__name__, field=first["loc"], reason=first["type"])
            return None

    return read_message


_READERS: dict[str, Callable[[bytes, Routes], AlertSignal | AlertAction | None]] = {
    EVENTS: _safety,
    SIGNALS: _message(AlertSignal),
    ACTIONS: _message(AlertAction),
}
