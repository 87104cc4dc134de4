"""Reads what the alert agent needs from a record of any of its topics: a finding, an action, a care team, or nothing.

Events that are nobody's safety or team pass at the cost of a look at their type. Analysis sets unreadable events aside;
here they are passed over, but whatever can be read pages: neither a wrong clock nor a plain note nor another wrong
answer must keep a clinician away.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
import structlog
from pydantic import ValidationError

from schemas.alerts import AlertAction, AlertSignal
from schemas.calls import CALL, CallEvent
from schemas.events import AnyEvent, EpisodeEvent
from schemas.reading import Rejection, call_in, read_event
from streams.core.alerts import TeamTold, safety_signal
from streams.core.safety import safety_finding
from streams.topics import ACTIONS, EVENTS, SIGNALS
from streams.transport import Record

log = structlog.get_logger(__name__)

HEARD_TYPES = frozenset({"questionnaire.v1", "safety.v1", "episode.v1", CALL})


Said = AlertSignal | AlertAction | TeamTold


class _Typed(msgspec.Struct):
    type: str


_look = msgspec.json.Decoder(_Typed).decode


def read(topic: str, record: Record, version: str) -> Said | None:
    """What a record says about alerts; None when it says nothing, or nothing that can be read.

    `version` is the policy's that safety alerts carry.
    """
    if record.key is None or record.value is None:
        return None
    try:
        said = _READERS[topic](record, record.value, version)
    except ValidationError as error:
        # Our own programs write these. It is a fault of ours, stays where it is, and is no reason to stop paging.
        kinds = [f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors(include_input=False)]
        log.error("message cannot be read", topic=topic, offset=record.offset, reasons=kinds)  # noqa: TRY400
        return None
    if said is None or said.patient.encode() == record.key:
        return said
    log.error("record under another patient's key", topic=topic, offset=record.offset)
    return None


def _event(record: Record, raw: bytes, version: str) -> AlertSignal | TeamTold | None:
    if not _may_be_heard(raw):
        return None
    outcome = read_event(raw)
    said: AnyEvent | CallEvent | None
    if isinstance(outcome, Rejection):
        said = call_in(raw, outcome, received=datetime.fromtimestamp(record.timestamp / 1000, tz=UTC))
    else:
        said = outcome.event
    if isinstance(said, EpisodeEvent):
        return TeamTold(said.subject, said.data.care_team, said.time, said.data.therapist)
    finding = None if said is None else safety_finding(said)
    if said is None or finding is None:
        return None
    return safety_signal(finding, history=said.history, version=version)


def _may_be_heard(raw: bytes) -> bool:
    try:
        return _look(raw).type in HEARD_TYPES
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return True  # the full reader decides: it takes some JSON that a look does not, such as NaN


def _signal(_record: Record, raw: bytes, _version: str) -> AlertSignal:
    return AlertSignal.model_validate_json(raw)


def _action(_record: Record, raw: bytes, _version: str) -> AlertAction:
    return AlertAction.model_validate_json(raw)


_READERS: dict[str, Callable[[Record, bytes, str], Said | None]] = {
    EVENTS: _event,
    SIGNALS: _signal,
    ACTIONS: _action,
}
