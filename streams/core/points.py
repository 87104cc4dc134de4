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
from schemas.questionnaires import INSTRUMENTS
from streams.core.clinic_points import clinic_points
from streams.core.line import Field, line, stamp
from streams.core.questionnaire import score


def points(event: AnyEvent) -> list[str]:
    """The lines for `event`; none for types that are no measurement."""
    patient, at = event.subject, stamp(event)
    match event:
        case CheckInEvent(data=check_in):
            symptoms = {} if check_in.symptoms is None else check_in.symptoms.model_dump(exclude_none=True)
            sleep = {} if check_in.sleep_hours is None else {"sleep_hours": check_in.sleep_hours}
            lines = [line("mood", {"patient": patient}, {"mood": check_in.mood, **sleep, **symptoms}, at)]
            if check_in.affects:
                # `time` is a word that InfluxDB keeps for itself, and a patient's app may name a feeling so.
                affects = {f"affect_{name}": rating for name, rating in sorted(check_in.affects.items())}
                lines.append(line("affects", {"patient": patient}, affects, at))
            return lines
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


def late_mark(event: AnyEvent) -> str:
    """A point beside the event's own that says it came too late to be analysed."""
    return line("late", {"patient": event.subject, "type": event.type}, {"late": True}, stamp(event))


def _scores(event: QuestionnaireEvent) -> dict[str, Field]:
    scored = score(event.data)
    if scored.total is None:
        return {"answered": scored.answered}
    band = INSTRUMENTS[event.data.instrument].band(scored.total)
    return {"answered": scored.answered, "total": scored.total, "band": band, "imputed": scored.imputed}
