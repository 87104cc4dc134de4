"""An event, as the state keeps it while its days are open. Called by `fold` for each event that counts."""

from msgspec.structs import asdict

from schemas.events import AnyEvent, CheckInEvent, InteractionEvent, QuestionnaireEvent
from schemas.events.interaction import Interaction
from streams.core.episode import clinic_step, hundredths
from streams.core.moments import micros, offset_minutes
from streams.core.questionnaire import score
from streams.core.state import AnyEntry, ClinicEntry, Entry, InteractionEntry, MoodEntry, ScoreEntry, TherapyEntry


def entry(event: AnyEvent) -> AnyEntry:
    """What analysis needs of `event`; an event it has no use for still leaves its mark, so that copies are known."""
    common = (micros(event.time), event.mark(), event.fingerprint(), offset_minutes(event.time))
    match event:
        case CheckInEvent(data=check_in):
            return MoodEntry(*common, round(check_in.mood * 100))
        case InteractionEvent(data=met):
            patterns = tuple(sorted({pattern.value for pattern in met.patterns}))
            return _with_therapy(InteractionEntry(*common, met.person_id, met.kind.value, met.valence, patterns), met)
        case QuestionnaireEvent(data=answers):
            scored = score(answers)
            if scored.hundredths is not None:
                return ScoreEntry(*common, answers.instrument, scored.hundredths, scored.imputed, event.id)
    step = clinic_step(event)
    if step is not None:
        return ClinicEntry(*common, step, event.type, event.source, event.id)
    return Entry(*common)


def _with_therapy(known: InteractionEntry, met: Interaction) -> InteractionEntry:
    """Keep what an interaction says of the therapy; most say nothing."""
    if met.problem_area is None and met.strategy_id is None:
        return known
    area = met.problem_area.value if met.problem_area else ""
    helped = hundredths(met.strategy_helped) if met.strategy_id else None
    return TherapyEntry(**asdict(known), area=area, strategy=met.strategy_id or "", helped=helped)
