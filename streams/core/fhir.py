"""Questionnaires as FHIR R4: what was answered, and the total with its band, for a clinic's record system.

Called by `ipt-pulse export fhir`. Each answered questionnaire is a `QuestionnaireResponse` (linkId = item key, answers
as integers) and an `Observation` of its total; each instrument is one `Questionnaire` that says what the keys are,
with their LOINC codes, by our own short labels. Patients are pseudonyms; there are no notes in here. Ids are functions
of the events, so that a second export replaces the first. The tests hold it against `fhir.resources`.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from schemas.events import AnyEvent, QuestionnaireEvent
from schemas.questionnaires import INSTRUMENTS, Instrument
from streams.core.ids import hashed_id
from streams.core.moments import offset_minutes
from streams.core.questionnaire import Scored, score

Resource = dict[str, Any]

LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
FARTHEST_OFFSET = 14 * 60
"""Minutes from UTC."""
_SURVEY = {"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}
_ABSENT = {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}


def bundle(events: Iterable[AnyEvent], *, patients: str | None = None) -> Resource:
    """A `Bundle` (collection) of all questionnaires in `events`; whatever else is in there is passed over.

    Args:
        events: in any order, copies welcome; of different contents under one identity the smallest hash stands.
        patients: URI of the system that the pseudonyms belong to, if it has one.
    """
    answered = _standing(events)
    instruments = [INSTRUMENTS[name] for name in INSTRUMENTS if any(name == one.data.instrument for one in answered)]
    resources = [_questionnaire(instrument) for instrument in instruments]
    for event in answered:
        subject = {"type": "Patient", "identifier": _identifier(event.subject, patients)}
        resources += [_response(event, subject), _observation(event, subject)]
    entries = [{"fullUrl": _url(resource["id"]), "resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", **({"entry": entries} if entries else {})}


def _standing(events: Iterable[AnyEvent]) -> list[QuestionnaireEvent]:
    """Each questionnaire once, by patient and time."""
    by_identity: dict[tuple[str, bytes], QuestionnaireEvent] = {}
    for event in events:
        if isinstance(event, QuestionnaireEvent):
            identity = event.subject, event.mark()
            by_identity[identity] = min(event, by_identity.get(identity, event), key=QuestionnaireEvent.fingerprint)
    return sorted(by_identity.values(), key=lambda event: (event.subject, event.time, event.mark()))


def _questionnaire(instrument: Instrument) -> Resource:
    return {
        "resourceType": "Questionnaire",
        "id": _questionnaire_id(instrument),
        "url": _url(_questionnaire_id(instrument)),
        "title": instrument.name,
        "status": "active",
        "copyright": "Labels are our own; the wording of the questions belongs to their authors.",
        **_coded("code", instrument.loinc_panel),
        "item": [
            {"linkId": key, "text": item.label, "type": "integer", **_coded("code", item.loinc)}
            for key, item in instrument.items.items()
        ],
    }


def _response(event: QuestionnaireEvent, subject: Resource) -> Resource:
    answers = event.data.items
    instrument = INSTRUMENTS[event.data.instrument]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": _response_id(event),
        **({"language": event.data.language} if event.data.language else {}),
        "questionnaire": _url(_questionnaire_id(instrument)),
        "status": "completed",
        "subject": subject,
        "authored": _instant(event.time),
        "item": [
            {"linkId": key, "answer": [{"valueInteger": answers[key]}]} for key in instrument.items if key in answers
        ],
    }


def _instant(time: datetime) -> str:
    """FHIR knows no offset beyond 14 hours, and neither does any place on Earth."""
    return (time if abs(offset_minutes(time)) <= FARTHEST_OFFSET else time.astimezone(UTC)).isoformat()


def _observation(event: QuestionnaireEvent, subject: Resource) -> Resource:
    instrument = INSTRUMENTS[event.data.instrument]
    return {
        "resourceType": "Observation",
        "id": hashed_id("total", event.subject, event.source, event.id),
        "status": "final",
        "category": [{"coding": [_SURVEY]}],
        "code": {**_coded("coding", instrument.loinc_total), "text": f"{instrument.name} total"},
        "subject": subject,
        "effectiveDateTime": _instant(event.time),
        "derivedFrom": [{"reference": _url(_response_id(event))}],
        **_value(score(event.data), instrument),
    }


def _value(scored: Scored, instrument: Instrument) -> Resource:
    """The total and what it means, or why there is none."""
    if scored.total is None:
        text = f"no total: {scored.answered} of {len(instrument.items)} items answered"
        return {"dataAbsentReason": {"coding": [_ABSENT], "text": text}}
    imputed = {"method": {"text": f"{scored.imputed} missing filled in with the mean of the answered items"}}
    return {
        "valueQuantity": {"value": scored.total, "unit": "{score}", "system": UCUM, "code": "{score}"},
        "interpretation": [{"text": instrument.band(scored.total)}],
        **(imputed if scored.imputed else {}),
    }


def _identifier(pseudonym: str, system: str | None) -> Resource:
    return {"value": pseudonym} if system is None else {"system": system, "value": pseudonym}


def _coded(field: str, code: str | None) -> Resource:
    return {} if code is None else {field: [{"system": LOINC, "code": code}]}


def _questionnaire_id(instrument: Instrument) -> str:
    return hashed_id("questionnaire", instrument.name)


def _response_id(event: QuestionnaireEvent) -> str:
    return hashed_id("response", event.subject, event.source, event.id)


def _url(resource_id: str) -> str:
    return UUID(resource_id).urn
