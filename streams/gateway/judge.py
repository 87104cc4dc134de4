"""Which events of an upload are taken, and for whom: the rules that need the sender and the clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from schemas.calls import CallEvent, Heard, hear
from schemas.events import AnyEvent, ClinicEvent
from schemas.plain import PlainCheckIn
from schemas.reading import Accepted, Entry, Rejection
from streams.adapters.tokens import IMPORT, Grant
from streams.gateway.problems import Problem

HISTORY_AGE = timedelta(days=14)
"""Events younger than this may not come as history: nobody would be told of them."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One event that was not taken, by its place in the upload."""

    index: int
    id: str | None
    rejection: Rejection
    heard: Heard | None = None
    """The call for help in it."""

    def as_member(self) -> dict[str, Any]:
        """As the answer lists it: the reason names the field."""
        field, reason = self.rejection.field, self.rejection.reason
        return {"index": self.index, "id": self.id, "reason": f"{field}: {reason}" if field else reason}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What becomes of an upload: events by their place in it, refusals, and how many fields nobody knew."""

    taken: dict[int, AnyEvent | PlainCheckIn]
    refused: tuple[Refusal, ...]
    unknown_fields: int


def judge(entries: Sequence[Entry], grant: Grant, now: datetime) -> Judgement:
    """Judge every entry by itself.

    Raises:
        Problem: 403, when a device names another patient in any entry, even in one that would be refused.
    """
    imports = grant.allows(IMPORT)
    if not imports and any(entry.subject not in {None, grant.subject} for entry in entries):
        raise Problem(HTTPStatus.FORBIDDEN, "This token may only send its own patient's events.")
    taken: dict[int, AnyEvent | PlainCheckIn] = {}
    refused = []
    unknown = 0
    for index, entry in enumerate(entries):
        outcome = _sender_rule(entry.outcome, imports=imports, now=now)
        if isinstance(outcome, Accepted):
            taken[index] = outcome.event
            unknown += outcome.unknown_fields
        elif isinstance(outcome, PlainCheckIn):
            taken[index] = outcome
        else:
            refused.append(Refusal(index, entry.id, outcome, entry.heard or hear_accepted(entry)))
    return Judgement(taken, tuple(refused), unknown)


def hear_accepted(entry: Entry) -> Heard | None:
    """The call for help in an event that can be read, and is refused for another reason."""
    return hear(entry.outcome.event.to_json()) if isinstance(entry.outcome, Accepted) else None


def calls(refused: Sequence[Refusal], grant: Grant, now: datetime) -> list[CallEvent]:
    """The calls for help in what is refused. A device calls for its own patient, even where the event names nobody."""
    found = []
    for refusal in refused:
        heard, why = refusal.heard, refusal.rejection
        subject = heard and (heard.subject if grant.allows(IMPORT) else grant.subject)
        if heard is not None and subject:
            call = heard.as_event(why.field, why.reason, subject=subject, received=now)
            past = call.history and grant.allows(IMPORT) and now - call.time >= HISTORY_AGE
            found.append(call.model_copy(update={"history": past}))
    return found


def _sender_rule(
    outcome: Accepted | PlainCheckIn | Rejection, *, imports: bool, now: datetime
) -> Accepted | PlainCheckIn | Rejection:
    """What a phone may not send, and what nobody may send as history; a plain check-in is neither."""
    if not isinstance(outcome, Accepted):
        return outcome
    event = outcome.event
    if isinstance(event, ClinicEvent) and not imports:
        return Rejection("type", "the clinic's side of therapy needs an operator's token")
    if event.history and not imports:
        return Rejection("history", "needs an operator's token")
    if event.history and now - event.time < HISTORY_AGE:
        return Rejection("history", "only for events that are at least 14 days old")
    return outcome
