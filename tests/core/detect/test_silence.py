"""When nothing, or little, is heard of a patient: of whom it is said, which of three kinds it is, and since when."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import pytest

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.detect.silence import RULE
from streams.core.moments import date_day
from streams.core.policy import Policy, SilencePolicy
from streams.core.state import EMPTY, Record
from tests.core.builders import (
    POLICY,
    START,
    check_in,
    heartbeat,
    interaction,
    opened,
    person,
    phq9,
    prompt,
    safety,
)

DAY_0 = date_day(START.date())


def a_day(day: int, *, answers: int = 3, beats: int = 2, prompts: int = 5, offset: int = 0) -> list[AnyEvent]:
    """What comes of a local day, all of it before 22:00."""
    midnight = day - offset / 1440
    return [
        *(heartbeat(midnight + (7 + 12 * n) / 24, offset=offset) for n in range(beats)),
        *(prompt(midnight + (9 + 3 * n) / 24, offset=offset) for n in range(prompts)),
        *(check_in(midnight + (9.1 + 3 * n) / 24, 6, offset=offset) for n in range(answers)),
    ]


def days(numbers: Iterable[int], **what: int) -> list[AnyEvent]:
    return [event for day in numbers for event in a_day(day, **what)]


def heard(events: Sequence[AnyEvent], *, closes: int | None, policy: Policy = POLICY) -> list[AlertSignal]:
    """The silences that are told of, once the clock has closed day number `closes`."""
    day = None if closes is None else DAY_0 + closes
    signals = analyse("p-1", EMPTY, events, policy, closes=day, now=0).signals
    return [signal for signal in signals if signal.rule == RULE]


def kinds(events: Sequence[AnyEvent], *, closes: int | None) -> list[tuple[str, int, int]]:
    """Kind, first day, and the day at whose close it was known."""
    return [
        (str(one.evidence["kind"]), day_number(one.since), day_number(one.raised_at - timedelta(microseconds=1)))
        for one in heard(events, closes=closes)
    ]


def day_number(at: object) -> int:
    return (date_day(at) - DAY_0) if not hasattr(at, "hour") else date_day(at.date()) - DAY_0  # type: ignore[arg-type,attr-defined]


USUAL = days(range(40))


def test_a_usual_life_is_no_silence() -> None:
    assert heard(USUAL, closes=39) == []


def test_no_heartbeat_for_three_days_is_a_phone_offline() -> None:
    assert kinds(USUAL, closes=41) == []
    assert kinds(USUAL, closes=42) == [("offline", 40, 42)]


def test_prompts_without_answers_are_unanswered() -> None:
    asked = days(range(40, 50), answers=0)
    assert kinds(USUAL + asked, closes=41) == []
    assert kinds(USUAL + asked, closes=42) == [("unanswered", 40, 42)]
    assert kinds(USUAL + asked, closes=60) == [("unanswered", 40, 42)]


def test_heartbeats_tell_the_two_apart() -> None:
    beats_alone = days(range(40, 50), answers=0, prompts=0)
    assert kinds(USUAL + days(range(40, 45), answers=0), closes=44)[0][0] == "unanswered"
    assert kinds(USUAL + beats_alone, closes=49) == []


def test_a_phone_that_no_longer_asks_is_told_of_after_a_fortnight() -> None:
    beats_alone = days(range(40, 70), answers=0, prompts=0)
    assert kinds(USUAL + beats_alone[:26], closes=52) == []
    assert kinds(USUAL + beats_alone, closes=69) == [("dropping_off", 40, 53)]


def test_without_heartbeats_ever_only_the_answers_can_be_missed() -> None:
    bare = days(range(40), beats=0, prompts=0)
    assert kinds(bare, closes=42) == [("unanswered", 40, 42)]


def test_fewer_answers_for_a_fortnight_are_a_drop_off() -> None:
    few = [event for day in range(40, 60) for event in a_day(day, answers=day % 2)]
    [(kind, since, known)] = kinds(USUAL + few, closes=None)
    assert kind == "dropping_off"
    assert known - since == 13
    assert 46 <= known <= 53


@pytest.mark.parametrize(("answers", "told"), [(1, 1), (2, 0)])
def test_a_drop_off_is_at_most_half_of_what_was_usual(answers: int, told: int) -> None:
    assert len(kinds(USUAL + days(range(40, 60), answers=answers), closes=None)) == told


def test_a_habit_of_weekends_without_answers_is_no_silence() -> None:
    weeks = [event for day in range(120) for event in a_day(day, answers=0 if day % 7 > 4 else 3)]
    assert heard(weeks, closes=119) == []


def test_one_silence_is_told_of_once_however_long_and_another_one_again() -> None:
    again = days(range(50, 80)) + days(range(90, 92))
    assert kinds(USUAL + again, closes=None) == [("offline", 40, 42), ("offline", 80, 82)]


def test_days_without_answers_after_a_drop_off_are_told_of_too() -> None:
    few = [event for day in range(40, 56) for event in a_day(day, answers=1 - day % 3 // 2)]
    told = kinds(USUAL + few + days(range(56, 75), answers=0), closes=74)
    assert [kind for kind, _, _ in told] == ["dropping_off", "unanswered"]
    assert told[1][1] > told[0][2]


def test_an_answer_that_was_late_revises_the_alert_and_a_part_of_them_moves_nothing_but_it() -> None:
    silent = analyse("p-1", EMPTY, USUAL, POLICY, closes=DAY_0 + 45, now=0).record
    late = analyse("p-1", silent, days(range(40, 46)), POLICY, closes=None, now=0)
    assert [(one.rule, one.change) for one in late.signals] == [(RULE, "revised")]
    part = analyse("p-1", silent, days([40]), POLICY, closes=None, now=0)
    assert [(one.change, one.evidence["until"]) for one in part.signals] == [("updated", "2026-07-14")]


def test_anything_the_patient_reports_breaks_the_silence_and_what_others_or_the_app_send_does_not() -> None:
    asked = days(range(40, 46), answers=0)
    for said in (interaction(41.5), phq9(41.5, 4), safety(41.5)):
        assert all(since == 42 for _, since, _ in kinds(USUAL + asked + [said], closes=45))
    for said in (person(41.5), opened(41.5)):
        assert [since for _, since, _ in kinds(USUAL + asked + [said], closes=45)] == [40]


@pytest.mark.parametrize("habit", [range(1), range(6)])
def test_who_hardly_started_has_no_habit_to_fall_silent_from(habit: range) -> None:
    assert heard(days(habit), closes=60) == []


def test_who_never_answered_is_not_silent() -> None:
    assert heard(days(range(60), answers=0), closes=90) == []


def test_a_week_is_a_habit() -> None:
    assert kinds(days(range(7)), closes=60) == [("offline", 7, 11)]


@pytest.mark.parametrize(("closed_on", "told"), [(41, 0), (42, 1), (None, 1)])
def test_nobody_is_silent_whose_episode_is_closed(closed_on: int | None, told: int) -> None:
    ending = {} if closed_on is None else {"closed_on": str((START + timedelta(days=closed_on)).date())}
    outcome = {} if closed_on is None else {"outcome": "completed"}
    assert len(heard([opened(0, **ending, **outcome), *USUAL], closes=45)) == told


def test_nobody_is_silent_before_their_episode_opens() -> None:
    assert heard([*USUAL, opened(39, on=50)], closes=45) == []


SAFETY: list[tuple[AnyEvent, list[str]]] = [
    (safety(30), ["safety_alert"]),
    (safety(27), []),
    (phq9(30, 4, item9=1), ["safety_alert"]),
    (phq9(30, 22), ["severe_band"]),
    (phq9(13, 22), []),
    (phq9(30, 19), []),
]


@pytest.mark.parametrize(("event", "risk"), SAFETY)
def test_recent_risk_makes_it_high_and_sooner(event: AnyEvent, risk: list[str]) -> None:
    [signal] = heard([*USUAL, event], closes=45)
    assert signal.evidence["risk"] == risk
    assert signal.severity == ("high" if risk else "warning")
    assert day_number(signal.raised_at) - 1 == (41 if risk else 42)


def test_a_newer_total_below_the_severe_band_ends_that_risk() -> None:
    [signal] = heard([*USUAL, phq9(20, 22), phq9(30, 10)], closes=45)
    assert signal.evidence["risk"] == []


def test_risk_that_is_known_later_than_the_silence_does_not_count() -> None:
    [signal] = heard([*USUAL, *days(range(60, 62)), safety(61)], closes=None)
    assert signal.severity == "warning"


def test_the_evidence_says_which_since_when_the_counts_the_habit_and_the_chance() -> None:
    [signal] = heard(USUAL + days(range(40, 43), answers=0), closes=42)
    assert signal.raised_at == START + timedelta(days=43)
    assert str(signal.since) == "2026-07-11"
    assert signal.evidence == {
        "kind": "unanswered",
        "until": "2026-07-13",
        "recent": {"days": 3, "answers": 0, "prompts": 15, "phone_alive_days": 3},
        "before": {"days": 28, "answers": 84, "prompts": 140, "phone_alive_days": 28},
        "chance": 0.0002,  # 1 in all ways to pick 3 days of 31
        "risk": [],
    }


def test_what_was_never_heard_of_is_not_counted_as_none() -> None:
    [signal] = heard(days(range(40), beats=0, prompts=0), closes=42)
    assert signal.evidence["recent"] == {"days": 3, "answers": 0}
    assert signal.evidence["before"] == {"days": 28, "answers": 84}


IMPORTED = [check_in(day + n / 10, 6, history=True) for day in range(40) for n in (4, 5, 6)]


@pytest.mark.parametrize(("phone", "told"), [(0, 0), (2, 1)])
def test_what_was_imported_does_not_say_who_was_asked_unless_a_phone_was_heard(phone: int, told: int) -> None:
    known = IMPORTED + days(range(40), answers=0, prompts=0, beats=phone)
    assert len(kinds(known, closes=60)) == told
    assert len(kinds([*known, check_in(90.5, 6, history=True)], closes=None)) == told


def test_after_an_import_a_habit_begins_anew_with_the_first_answer() -> None:
    live = days(range(50, 57), beats=0, prompts=0)
    assert kinds(IMPORTED + live[3:], closes=70) == []
    assert kinds(IMPORTED + live, closes=70) == [("unanswered", 57, 61)]


def test_an_import_that_comes_later_takes_back_what_was_said_of_its_days() -> None:
    live = days(range(20), beats=0, prompts=0)
    record = analyse("p-1", EMPTY, live, POLICY, closes=DAY_0 + 22, now=0).record
    assert record.state.silences
    record = analyse("p-1", record, [check_in(26, 6, history=True)], POLICY, closes=None, now=0).record
    assert not record.state.silences


def test_silence_is_no_mood() -> None:
    record = analyse("p-1", EMPTY, USUAL, POLICY, closes=DAY_0 + 60, now=0).record
    assert [day.day for day in record.state.days] == list(range(DAY_0, DAY_0 + 40))
    assert [signal.rule for signal in analyse("p-1", record, [], POLICY, closes=DAY_0 + 68, now=0).signals] == []


def test_the_clock_finds_day_by_day_what_one_look_back_finds() -> None:
    closed: Record = analyse("p-1", EMPTY, USUAL, POLICY, closes=None, now=0).record
    told: list[AlertSignal] = []
    for day in range(39, 70):
        result = analyse("p-1", closed, [], POLICY, closes=DAY_0 + day, now=0)
        closed, told = result.record, [*told, *result.signals]
    assert told == heard(USUAL, closes=69)
    assert [one.change for one in told] == ["raised"]


def test_a_local_day_that_the_date_line_swallowed_is_no_silent_day() -> None:
    home, there = days(range(40), offset=-600), days(range(42, 50), offset=780)
    two = SilencePolicy(chance=0.01, offline_days=2)
    policy = Policy(version="eager", silence=two)
    assert heard(home + there, closes=None, policy=policy) == []
    stayed = days(range(42, 50), offset=-600)
    assert len(heard(home + stayed, closes=None, policy=policy)) == 1


def test_a_silence_ends_at_the_midnight_where_the_patient_was_heard_last() -> None:
    home, away = days(range(30)), days(range(30, 40), offset=-300)
    [signal] = heard(home + away, closes=42)
    assert signal.raised_at.isoformat() == "2026-07-14T00:00:00-05:00"


@pytest.mark.parametrize(("field", "value"), [("chance", 2e-4), ("offline_days", 4), ("silent_days", 4)])
def test_a_clinic_may_ask_for_more(field: str, value: float) -> None:
    stricter = Policy(version="strict", silence=SilencePolicy.model_validate({field: value}))
    asked = days(range(40, 43), answers=0)
    usual = days(range(40)) + asked if field != "offline_days" else USUAL
    assert len(heard(usual, closes=42)) == 1
    assert heard(usual, closes=42, policy=stricter) == []
