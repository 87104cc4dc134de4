"""An event, as the state keeps it while its days are open. Called by `intake` for each event that is weighed."""

from msgspec.structs import asdict

from schemas.events import (
    AnyEvent,
    CheckInEvent,
    InteractionEvent,
    LifeEventEvent,
    PersonEvent,
    QuestionnaireEvent,
    SafetyEvent,
)
from schemas.events.check_in import CheckIn
from schemas.events.interaction import Interaction
from schemas.events.person import Person
from schemas.events.questionnaire import Questionnaire
from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import Contact, InteractionKind
from streams.core.entry import (
    AnyEntry,
    ClinicEntry,
    Entry,
    InteractionEntry,
    LifeEntry,
    MoodEntry,
    PersonEntry,
    SafetyEntry,
    ScoreEntry,
    SymptomEntry,
    TherapyEntry,
    UnscoredEntry,
)
from streams.core.episode import clinic_step, hundredths
from streams.core.keep import is_noted
from streams.core.moments import date_day, micros, offset_minutes
from streams.core.questionnaire import score
from streams.core.safety import answered_safety_item


def entry(event: AnyEvent) -> AnyEntry:
    """What analysis needs of `event`; an event it has no use for still leaves its mark, so that copies are known."""
    common = (micros(event.time), event.mark(), event.fingerprint(), offset_minutes(event.time))
    if isinstance(event, CheckInEvent):  # nearly all are
        return _mood_entry(common, event.data, event.id)
    match event:
        case InteractionEvent(data=met):
            return _interaction_entry(common, met, event.id)
        case QuestionnaireEvent(data=answers):
            return _score_entry(common, answers, event.id)
        case PersonEvent(data=person):
            return _person_entry(common, person, event.id)
        case LifeEventEvent(data=changed):
            return LifeEntry(*common, changed.kind.value, date_day(changed.date), event.id)
    return _clinic_or_button(common, event)


def _clinic_or_button(common: tuple[int, bytes, bytes, int], event: AnyEvent) -> Entry:
    if isinstance(event, SafetyEvent):
        return SafetyEntry(*common, event.data.kind.value)
    step = clinic_step(event)
    return Entry(*common) if step is None else ClinicEntry(*common, step, event.type, event.source, event.id)


def _interaction_entry(common: tuple[int, bytes, bytes, int], met: Interaction, event_id: str) -> InteractionEntry:
    """Violence tells of nothing else: a dispute's stage, a strategy or an area would carry it into other parts."""
    guarded = met.kind is InteractionKind.VIOLENCE
    patterns = tuple(sorted({pattern.value for pattern in met.patterns}))
    stage = "" if guarded else met.dispute_stage or ""
    named = event_id if is_noted(met.kind, stage) else ""
    known = InteractionEntry(*common, met.person_id, met.kind.value, met.valence, patterns, stage, named)
    return known if guarded else _with_therapy(known, met)


def _with_therapy(known: InteractionEntry, met: Interaction) -> InteractionEntry:
    """Keep what an interaction says of the therapy; most say nothing."""
    if met.problem_area is None and met.strategy_id is None:
        return known
    area = met.problem_area.value if met.problem_area else ""
    helped = hundredths(met.strategy_helped) if met.strategy_id else None
    return TherapyEntry(**asdict(known), area=area, strategy=met.strategy_id or "", helped=helped)


def _mood_entry(common: tuple[int, bytes, bytes, int], check_in: CheckIn, event_id: str) -> MoodEntry:
    mood = round(check_in.mood * 100)
    said = check_in.symptoms
    if said is None or (said.binge, said.purge, said.restrict) == (None, None, None):
        return MoodEntry(*common, mood)
    return SymptomEntry(*common, mood, (said.binge, said.purge, said.restrict), event_id)


def _score_entry(
    common: tuple[int, bytes, bytes, int], answers: Questionnaire, event_id: str
) -> ScoreEntry | UnscoredEntry:
    scored, unsafe = score(answers), answered_safety_item(answers)
    if scored.hundredths is None:
        missing = tuple(key for key in INSTRUMENTS[answers.instrument].items if key not in answers.items)
        return UnscoredEntry(*common, answers.instrument, missing, unsafe)
    return ScoreEntry(*common, answers.instrument, scored.hundredths, scored.imputed, event_id, unsafe)


def _person_entry(common: tuple[int, bytes, bytes, int], person: Person, event_id: str) -> PersonEntry:
    return PersonEntry(
        *common,
        person=person.person_id,
        relation=person.relation,
        ring=person.ring,
        hours_together=person.hours_together,
        confided_in=person.confided_in,
        conflict=person.conflict,
        knows_about_mood=person.knows_about_mood,
        wants_change=person.change_wanted is not None,
        stage=person.dispute_stage or "",
        contact=_contact(person),
        merged_into=person.merged_into,
        removed=person.removed,
        event_id=event_id,
    )


def _contact(person: Person) -> str | None:
    """What the entry says of contacting them: nothing (None), or that what was said before no longer holds ("")."""
    if person.never_contact:
        return Contact.NEVER.value
    if person.safe_to_contact is not None:
        return (Contact.SAFE if person.safe_to_contact else Contact.UNSAFE).value
    return None if person.never_contact is None else ""
