"""One made-up patient: everything their phone sends, and the truth behind it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from schemas.questionnaires import INSTRUMENTS
from streams.simulate.course import Fall, draw_fall, lowered
from streams.simulate.forms import fill_in
from streams.simulate.mint import Event, Mint, moment
from streams.simulate.mood import ANSWERED, MOOD_SD, PROMPT_HOURS, SCENARIOS, Floats, answer, swings, usual_mood
from streams.simulate.people import draw_ties, inventory, valence
from streams.simulate.truth import Deterioration, Item9, Tie, Truth

_FADE_H, _DAY_H = 6.0, 24.0
_FORM_HOUR, _BEAT_HOURS = 10.0, (7.5, 19.5)
_EPOCH = date(1970, 1, 1)
_HOMES = (1.0, 1.0, 1.0, 0.0, 2.0, -5.0, -8.0, 5.5, 9.5)
"""UTC offsets of homes, in hours."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be planted in one patient; whatever is None is drawn."""

    scenario: str | None = None
    fall: Fall | None = None
    """None: drawn for a share of the patients."""
    item9_day: int | None = None
    """Day number on which PHQ-9 is filled in with a positive item 9."""


@dataclass(frozen=True, slots=True)
class _Days:
    """The patient's local days: when each begins (hours since 1970 UTC), and its UTC offset."""

    first: date
    start: Floats
    offset: Floats

    def at(self, day: int, hour: float) -> datetime:
        return moment(float(self.start[day]) + hour, float(self.offset[day]))


def simulate_patient(
    rng: np.random.Generator, days: int, end: datetime, plan: Plan, falling: float
) -> tuple[list[Event], Truth]:
    """Events of `days` local days up to `end`, in order of time, and the truth.

    Args:
        rng: the patient's own.
        days: how many, at least 1.
        end: nothing is later.
        plan: what must be in it.
        falling: share of patients without a planned fall whose mood falls.
    """
    mint = Mint(rng)
    scenario = SCENARIOS[plan.scenario or str(rng.choice(list(SCENARIOS)))]
    calendar = _calendar(rng, days, end)
    drawn = draw_fall(rng, days, falling)
    fall = plan.fall or drawn
    persons = [f"c-{mint.letters(8)}" for _ in range(int(rng.integers(3, 6)))]
    ties = draw_ties(rng, persons)
    usual = usual_mood(rng)
    deviation = swings(rng, days, scenario)
    hours = np.add.outer(calendar.start, np.array(PROMPT_HOURS)) + rng.uniform(0.0, 0.5, deviation.shape)
    met = [(tie, hour) for tie in ties for hour in _meetings(rng, tie, calendar, deviation)]
    moods = usual + MOOD_SD * deviation - lowered(fall, days)[:, None] + _moved(hours, met)

    events = [mint.event("person.v1", calendar.at(0, 8.0), entry) for entry in inventory(rng, persons)]
    events += _beats(mint, rng, calendar)
    events += _check_ins(mint, rng, calendar, hours, moods)
    events += [_interaction(mint, rng, calendar, tie, hour) for tie, hour in met]
    forms, item9, instruments = _forms(mint, rng, calendar, np.clip(moods, 0, 10).mean(axis=1), plan.item9_day)
    kept = sorted(
        (event for event in events + forms if datetime.fromisoformat(event["time"]) <= end),
        key=lambda event: (datetime.fromisoformat(event["time"]), event["id"]),
    )
    truth = Truth(
        patient=mint.patient,
        scenario=scenario.name,
        usual_mood=usual,
        ties=ties,
        deterioration=_deterioration(fall, calendar),
        item9=tuple(one for one in item9 if one.time <= end),
        instruments=instruments,
        offsets=tuple(sorted(set(calendar.offset.tolist()))),
        events=len(kept),
    )
    return kept, truth


def _deterioration(fall: Fall | None, calendar: _Days) -> Deterioration | None:
    if fall is None:
        return None
    return Deterioration(fall.shape, calendar.first + timedelta(days=fall.day), fall.points)


def _calendar(rng: np.random.Generator, days: int, end: datetime) -> _Days:
    """Home, and for one in six a journey of 3 to 10 days up to six hours away."""
    home, away = float(rng.choice(_HOMES)), float(rng.choice([1.0, 3.0, 6.0]))
    leaves, stays, travels = int(rng.integers(0, days)), int(rng.integers(3, 11)), rng.random() < 1 / 6
    offset = np.full(days, home)
    if travels:
        offset[leaves : leaves + stays] += -away if home > 0 else away
    last = (end.astimezone(UTC) + timedelta(hours=float(offset[-1]))).date()
    first = last - timedelta(days=days - 1)
    start = ((first - _EPOCH).days + np.arange(days)) * _DAY_H - offset
    return _Days(first, start, offset)


def _meetings(rng: np.random.Generator, tie: Tie, calendar: _Days, deviation: Floats) -> list[float]:
    """When `tie` happens: hours since 1970 UTC, between 09:00 and 23:00."""
    chance = np.full(deviation.shape, tie.a_day / deviation.shape[1])
    if tie.follows_low:
        chance *= np.exp(-0.7 * deviation - 0.7**2 / 2)
    length = np.append(np.diff(PROMPT_HOURS), 2.0)
    hours = np.add.outer(calendar.start, np.array(PROMPT_HOURS)) + length * rng.random(deviation.shape)
    return [float(hour) for hour in hours[rng.random(deviation.shape) < chance]]


def _moved(hours: Floats, met: list[tuple[Tie, float]]) -> Floats:
    """How much the events have moved the mood at each of `hours`; of the same shape."""
    moved = np.zeros(hours.shape)
    for tie, hour in met:
        if tie.peak:
            after = hours - hour
            moved += np.where(after >= 0, tie.peak * np.exp(-np.maximum(after, 0) / _FADE_H), 0.0)
    return moved


def _beats(mint: Mint, rng: np.random.Generator, calendar: _Days) -> list[Event]:
    return [
        mint.event("heartbeat.v1", calendar.at(day, hour + float(rng.uniform(0, 0.2))), {"queued": 0})
        for day in range(len(calendar.start))
        for hour in _BEAT_HOURS
    ]


def _check_ins(mint: Mint, rng: np.random.Generator, calendar: _Days, hours: Floats, moods: Floats) -> list[Event]:
    taps = answer(moods)
    events = []
    for day, prompt in np.argwhere(rng.random(moods.shape) < ANSWERED).tolist():
        mood = int(taps[day, prompt])
        asked = calendar.at(day, PROMPT_HOURS[prompt])
        affects = {name: int(np.clip(rng.normal(8 - mood, 1.5), 0, 10)) for name in ("sad", "anxious")}
        data = {
            "mood": mood,
            "affects": affects,
            "prompt": {"id": mint.uuid(), "scheduled_at": asked.isoformat(timespec="seconds")},
        }
        time = moment(float(hours[day, prompt]), float(calendar.offset[day]))
        events.append(mint.event("check-in.v1", time, data))
    return events


def _interaction(mint: Mint, rng: np.random.Generator, calendar: _Days, tie: Tie, hour: float) -> Event:
    day = int(np.searchsorted(calendar.start, hour, side="right")) - 1
    seen = rng.random() < 0.5  # noqa: PLR2004 - every second
    data = {
        "person_id": tie.person,
        "kind": tie.kind,
        "valence": valence(rng, tie),
        "patterns": list(tie.patterns) if seen else [],
    }
    return mint.event("interaction.v1", moment(hour, float(calendar.offset[day])), data)


def _forms(
    mint: Mint, rng: np.random.Generator, calendar: _Days, day_moods: Floats, planned: int | None
) -> tuple[list[Event], list[Item9], tuple[str, ...]]:
    """Weekly questionnaires on a weekday of the patient's own; one in twelve once answers item 9 above 0."""
    weekday, days = int(rng.integers(7)), len(day_moods)
    wishes = rng.random(3)
    instruments = ("PHQ-9", *(("GAD-7",) if wishes[0] < 0.5 else ()), *(("EDE-QS",) if wishes[1] < 0.25 else ()))  # noqa: PLR2004
    positive = planned
    if planned is not None:
        weekday = planned % 7
    elif wishes[2] < 1 / 12 and days > weekday:
        positive = int(rng.choice(np.arange(weekday, days, 7)))
    events, item9 = [], []
    for day in range(weekday, days, 7):
        for number, instrument in enumerate(instruments):
            asked_about = day_moods[max(day - INSTRUMENTS[instrument].recall_days + 1, 0) : day + 1]
            safety = int(rng.integers(1, 4)) if instrument == "PHQ-9" and day == positive else None
            time = calendar.at(day, _FORM_HOUR + 0.1 * number)
            event = mint.event("questionnaire.v1", time, fill_in(rng, instrument, asked_about, safety))
            events.append(event)
            if safety is not None:
                item9.append(Item9(event["id"], time, safety))
    return events, item9, instruments
