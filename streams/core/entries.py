"""An event, as the state keeps it while its days are open. Called by `fold` for each event that counts."""

from schemas.events import AnyEvent, CheckInEvent, InteractionEvent, QuestionnaireEvent
from streams.core.moments import micros, offset_minutes
from streams.core.questionnaire import score
from streams.core.state import AnyEntry, Entry, InteractionEntry, MoodEntry, ScoreEntry


def entry(event: AnyEvent) -> AnyEntry:
    """What analysis needs of `event`; an event it has no use for still leaves its mark, so that copies are known."""
    common = (micros(event.time), event.mark(), event.fingerprint(), offset_minutes(event.time))
    match event:
        case CheckInEvent(data=check_in):
            return MoodEntry(*common, round(check_in.mood * 100))
        case InteractionEvent(data=met):
            patterns = tuple(sorted({pattern.value for pattern in met.patterns}))
            return InteractionEntry(*common, met.person_id, met.kind.value, met.valence, patterns)
        case QuestionnaireEvent(data=answers):
            scored = score(answers)
            if scored.hundredths is not None:
                return ScoreEntry(*common, answers.instrument, scored.hundredths, scored.imputed, event.id)
    return Entry(*common)
