"""What InfluxDB gets of each event, as line protocol: a function of the event alone, so a repeat writes the same point.

Tags are pseudonyms and closed lists; no free text. The time is the event's own; below the microsecond its identity
decides, so that two reports of one instant stay two points.
"""

from schemas.events import (
    AnyEvent,
    CheckInEvent,
    ClinicEvent,
    InteractionEvent,
    LifeEventEvent,
    PersonEvent,
    QuestionnaireEvent,
)
from schemas.events.check_in import Symptoms
from schemas.questionnaires import INSTRUMENTS
from streams.core.clinic_points import clinic_points
from streams.core.line import Field, line, stamp
from streams.core.questionnaire import score


def points(event: AnyEvent, known: int | None = None) -> list[str]:
    """The lines for `event`, at its stamp, which may be `known`; none for types that are no measurement."""
    patient, at = event.subject, stamp(event) if known is None else known
    match event:
        case CheckInEvent():
            return _check_in_points(event, at)
        case InteractionEvent(data=met):
            tags = {"patient": patient, "person": met.person_id, "kind": met.kind.value}
            patterns = ",".join(sorted({pattern.value for pattern in met.patterns}))
            return [line("interaction", tags, {"valence": met.valence, "patterns": patterns}, at)]
        case QuestionnaireEvent():
            tags = {"patient": patient, "instrument": event.data.instrument}
            return [line("questionnaire", tags, _scores(event), at)]
        case LifeEventEvent(data=life_event):
            tags = {"patient": patient, "kind": life_event.kind.value}
            return [line("life_event", tags, {"date": life_event.date.isoformat()}, at)]
        case PersonEvent(data=person) if person.ring is not None:
            return [line("closeness", {"patient": patient, "person": person.person_id}, {"ring": person.ring}, at)]
    return clinic_points(event, at) if isinstance(event, ClinicEvent) else []


def _check_in_points(event: CheckInEvent, at: int) -> list[str]:
    """The lines for a check-in, at its stamp. Nearly all points are these, so they are written out here."""
    patient, said = event.subject, event.data
    sleep = "" if said.sleep_hours is None else f",sleep_hours={said.sleep_hours!r}"
    symptoms = "" if said.symptoms is None else _counts(said.symptoms)
    lines = [f"mood,patient={patient} mood={said.mood!r}{sleep}{symptoms} {at}"]
    if said.affects:
        # `time` is a word that InfluxDB keeps for itself, and a patient's app may name a feeling so.
        affects = ",".join([f"affect_{name}={rating!r}" for name, rating in sorted(said.affects.items())])
        lines.append(f"affects,patient={patient} {affects} {at}")
    return lines


def _counts(symptoms: Symptoms) -> str:
    return "".join([f",{name}={count}i" for name, count in symptoms.model_dump(exclude_none=True).items()])


def late_mark(event: AnyEvent) -> str:
    """A point beside the event's own that says it came too late to be analysed."""
    return line("late", {"patient": event.subject, "type": event.type}, {"late": True}, stamp(event))


def _scores(event: QuestionnaireEvent) -> dict[str, Field]:
    scored = score(event.data)
    if scored.total is None:
        return {"answered": scored.answered}
    band = INSTRUMENTS[event.data.instrument].band(scored.total)
    return {"answered": scored.answered, "total": scored.total, "band": band, "imputed": scored.imputed}
