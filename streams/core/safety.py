"""Safety rules: each looks at one event alone, with no state, no smoothing and nothing that could mute it.

Called by the alerting agent as soon as an event arrives, by the gateway for the answer to it, by imports for their
report, and by `rehearse`. A positive answer to the item on thoughts of death needs clinical attention whatever the
total (Simon 2013); a 0 never reassures, so it does nothing at all.
"""

from schemas.alerts import Finding, Severity
from schemas.calls import CallEvent
from schemas.events import AnyEvent, QuestionnaireEvent, SafetyEvent
from schemas.events.questionnaire import Questionnaire
from schemas.questionnaires import INSTRUMENTS
from streams.core.ids import hashed_id


def safety_finding(event: AnyEvent | CallEvent) -> Finding | None:
    """What a clinician must hear of at once, if `event` holds it. The same event always gives the same alert id.

    That goes for a call for help that was heard in a refused event, too: its correction is the same alert.
    """
    if isinstance(event, QuestionnaireEvent) and answered_safety_item(event.data):
        return _critical(event, "safety.item9", {"instrument": event.data.instrument})
    if isinstance(event, CallEvent) and event.data.instrument is not None:
        return _critical(event, "safety.item9", {"instrument": event.data.instrument})
    if isinstance(event, SafetyEvent | CallEvent) and event.data.kind is not None:
        return _critical(event, "safety.contact", {"kind": event.data.kind.value})
    return None


def answered_safety_item(answers: Questionnaire) -> bool:
    """An answer of 1 or more, in a complete questionnaire or not."""
    item = INSTRUMENTS[answers.instrument].safety_item
    return item is not None and answers.items.get(item, 0) >= 1


def _critical(event: QuestionnaireEvent | SafetyEvent | CallEvent, rule: str, evidence: dict[str, str]) -> Finding:
    return Finding(
        alert_id=hashed_id(event.subject, rule, event.source, event.id),
        patient=event.subject,
        rule=rule,
        severity=Severity.CRITICAL,
        raised_at=event.received,
        since=event.time,
        evidence={**evidence, "events": [event.id], "received_at": event.received.isoformat()},
    )
