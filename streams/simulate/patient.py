"""One made-up patient: everything their phone and their clinic send, and the truth behind it."""

from datetime import datetime

import numpy as np

from streams.simulate import phone
from streams.simulate.clinic import clinic_events
from streams.simulate.drawn import Drawn, Plan, draw
from streams.simulate.life import life_events
from streams.simulate.meetings import Background, Meeting, interactions, meetings, moved, violence
from streams.simulate.mint import Mint, Timed
from streams.simulate.mood import MOOD_SD, PROMPT_HOURS, swings
from streams.simulate.people import entries
from streams.simulate.silence import alive, answering
from streams.simulate.symptoms import counts
from streams.simulate.truth import Truth


def simulate_patient(
    rng: np.random.Generator, days: int, end: datetime, plan: Plan, falling: float
) -> tuple[list[Timed], Truth]:
    """Events of `days` local days up to `end`, in order of time, and the truth.

    Args:
        rng: the patient's own.
        days: how many, at least 1.
        end: nothing is later.
        plan: what must be in it.
        falling: share of patients without a planned fall whose mood falls.
    """
    mint = Mint(rng)
    drawn = draw(rng, mint, days, end, plan, falling=falling)
    calendar = drawn.calendar
    diary, met = _live(rng, drawn)
    asked = phone.forms(mint, rng, calendar, diary, instruments=drawn.instruments, planned=plan.item9_day)
    filled = list(asked)
    beaten, pressed = violence(mint, rng, calendar, drawn.people[0].person), phone.buttons(mint, rng, calendar)
    behind = Background(calendar, drawn.therapy, drawn.dispute, drawn.drift)
    events = [
        *entries(mint, rng, calendar, drawn.people),
        *life_events(mint, calendar, drawn.life),
        *phone.beats(mint, rng, calendar, diary.alive),
        *phone.check_ins(mint, rng, calendar, diary),
        *interactions(mint, rng, behind, met, diary.share),
        *clinic_events(mint, rng, calendar, drawn.therapy),
        *(form for form, _ in filled),
        *beaten,
        *pressed,
    ]
    kept = sorted((event for event in events if event[0] <= end), key=lambda event: (event[0], event[1]["id"]))
    known = Truth(
        patient=mint.patient,
        **drawn.planted(),
        violence=tuple(event["id"] for time, event in beaten if time <= end),
        buttons=tuple(event["id"] for time, event in pressed if time <= end),
        item9=tuple(one for _, one in filled if one is not None and one.time <= end),
        events=len(kept),
    )
    return kept, known


def _live(rng: np.random.Generator, drawn: Drawn) -> tuple[phone.Diary, list[Meeting]]:
    """What is felt, and what happens, told or not."""
    calendar, days = drawn.calendar, len(drawn.calendar)
    deviation, usual = swings(rng, days, drawn.scenario), drawn.course.by_day(days)
    hours = np.add.outer(calendar.start, np.array(PROMPT_HOURS)) + rng.uniform(0.0, 0.5, deviation.shape)
    met = [meeting for tie in drawn.ties for meeting in meetings(rng, tie, calendar, deviation)]
    diary = phone.Diary(
        moods=usual[:, None] + MOOD_SD * deviation + moved(hours, met),
        hours=hours,
        usual=usual,
        symptoms=None if drawn.habit is None else counts(rng, drawn.habit, days),
        share=answering(drawn.gap, days),
        alive=alive(drawn.gap, days),
    )
    return diary, met
