"""What a made-up patient's phone sends by itself and when asked: heartbeats, prompts, check-ins, questionnaires."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from schemas.questionnaires import INSTRUMENTS
from schemas.vocabulary import DiagnosisFocus, SafetyKind
from streams.simulate.calendar import Calendar
from streams.simulate.forms import fill_in
from streams.simulate.mint import Mint, Timed
from streams.simulate.mood import ANSWERED, PROMPT_HOURS, Floats, answer
from streams.simulate.symptoms import NAMES
from streams.simulate.truth import Item9

_FORM_HOUR, _BEAT_HOURS = 10.0, (7.5, 19.5)
_WEEK = 7
_ITEM9, _BUTTON = 1 / 12, 1 / 40
"""Shares of patients who answer item 9 above 0 once, and who press a button once."""


def beats(mint: Mint, rng: np.random.Generator, calendar: Calendar, alive: list[bool]) -> Iterator[Timed]:
    """Two heartbeats a day, while the phone is on."""
    late = rng.uniform(0, 0.2, (len(calendar), len(_BEAT_HOURS))).tolist()
    for day in range(len(calendar)):
        for hour, delay in zip(_BEAT_HOURS, late[day], strict=True):
            if alive[day]:
                yield mint.event("heartbeat.v1", calendar.at(day, hour + delay), {"queued": 0})


@dataclass(frozen=True, slots=True)
class Diary:
    """What there is to be told, whether or not it is."""

    moods: Floats
    """What is felt at each prompt; shape (days, prompts)."""
    hours: Floats
    """When each would be answered, in hours since 1970 UTC; the same shape."""
    usual: Floats
    """The usual mood by day, without its ups and downs; shape (days,)."""
    symptoms: NDArray[np.int64] | None
    """Counts by day and kind; None where nobody asks for them."""
    share: Floats
    """Of the usual answers, how many are left, by day."""
    alive: list[bool]
    """Whether the phone is on, by day."""


def check_ins(mint: Mint, rng: np.random.Generator, calendar: Calendar, diary: Diary) -> Iterator[Timed]:
    """A prompt five times a day, and a check-in where it is answered; a day's last one counts the day's symptoms."""
    answered = rng.random(diary.moods.shape) < ANSWERED * diary.share[:, None]
    taps = answer(diary.moods).astype(int)
    affects = np.clip(np.rint(rng.normal(8 - taps[:, :, None], 1.5, (*taps.shape, 2))), 0, 10).astype(int)
    for day in (day for day in range(len(calendar)) if diary.alive[day]):
        last = int(np.flatnonzero(answered[day])[-1]) if answered[day].any() else None
        for prompt, hour in enumerate(PROMPT_HOURS):
            asked = calendar.at(day, hour)
            question = {"id": mint.uuid(), "scheduled_at": asked.isoformat(timespec="seconds")}
            yield mint.event("prompt.v1", asked, question)
            if answered[day, prompt]:
                sad, anxious = affects[day, prompt].tolist()
                said: dict[str, Any] = {"mood": int(taps[day, prompt]), "affects": {"sad": sad, "anxious": anxious}}
                if diary.symptoms is not None and prompt == last:
                    said["symptoms"] = dict(zip(NAMES, diary.symptoms[day].tolist(), strict=True))
                time = calendar.moment(float(diary.hours[day, prompt]))
                yield mint.event("check-in.v1", time, said | {"prompt": question})


def instruments_of(rng: np.random.Generator, focus: str) -> tuple[str, ...]:
    """PHQ-9 for everybody, beside it what the diagnosis asks for."""
    anxious = focus == DiagnosisFocus.ANXIETY or rng.random() < 0.3  # noqa: PLR2004 - and some of the others
    eats = focus == DiagnosisFocus.EATING_DISORDER
    return ("PHQ-9", *(("GAD-7",) if anxious else ()), *(("EDE-QS",) if eats else ()))


def forms(
    mint: Mint,
    rng: np.random.Generator,
    calendar: Calendar,
    diary: Diary,
    *,
    instruments: Sequence[str],
    planned: int | None,
) -> Iterator[tuple[Timed, Item9 | None]]:
    """Weekly questionnaires on a weekday of the patient's own, each with what was planted in it.

    On the day of number `planned`, or else once for some patients, item 9 is answered above 0.
    """
    weekday, wish = int(rng.integers(_WEEK)), rng.random()
    positive = planned
    if planned is not None:
        weekday = planned % _WEEK
    elif wish < _ITEM9 and len(calendar) > weekday:
        positive = int(rng.choice(np.arange(weekday, len(calendar), _WEEK)))
    for day in range(weekday, len(calendar), _WEEK):
        if rng.random() >= diary.share[day]:
            continue
        for number, instrument in enumerate(instruments):
            asked_about = diary.usual[max(day - INSTRUMENTS[instrument].recall_days + 1, 0) : day + 1]
            safety = int(rng.integers(1, 4)) if instrument == "PHQ-9" and day == positive else None
            time = calendar.at(day, _FORM_HOUR + 0.1 * number)
            form = mint.event("questionnaire.v1", time, fill_in(rng, instrument, float(asked_about.mean()), safety))
            yield form, None if safety is None else Item9(form[1]["id"], time, safety)


def buttons(mint: Mint, rng: np.random.Generator, calendar: Calendar) -> list[Timed]:
    """The crisis or the contact button, for one patient in forty."""
    presses, day, hour = rng.random() < _BUTTON, int(rng.integers(len(calendar))), float(rng.uniform(8, 23))
    kind = str(rng.choice(list(SafetyKind)))
    return [mint.event("safety.v1", calendar.at(day, hour), {"kind": kind})] if presses else []
