from streams.core.entry import MoodEntry, ScoreEntry
from streams.core.fold import link_items, take_in
from streams.core.links import Happened, Report
from streams.core.moments import date_day, micros
from streams.core.state import MOST_SCORES, SignDay, State
from tests.core.builders import START, check_in, fold, heartbeat, interaction, packed, phq9, safety

DAY_0 = date_day(START.date())


def moods(state: State) -> list[int]:
    return [known.mood for known in state.open if isinstance(known, MoodEntry)]


def test_what_is_late_changes_nothing_kept() -> None:
    state = fold(check_in(20, 5))
    assert fold(check_in(1, 0), phq9(2, 20), heartbeat(3), state=state) == state


def test_what_passes_the_horizon_is_only_sums_and_scores() -> None:
    state = fold(check_in(0, 5), interaction(0.1), phq9(0.2, 8), safety(0.3), check_in(30, 6))
    assert moods(state) == [600]
    assert len(state.open) == 1
    assert [score.total for score in state.scores] == [800]
    assert (state.links.reports, [day.n for day in state.days]) == (1, [1, 1])
    assert state.first_day == DAY_0


def test_a_conflict_across_types_and_days_counts_its_report_out_again() -> None:
    said, pressed = check_in(3, 5, id="same"), safety(4, id="same")
    states = {len(fold(a, state=fold(b)).days) for a, b in ((said, pressed), (pressed, said))}
    assert states == {0 if pressed.fingerprint() < said.fingerprint() else 1}


def test_a_conflict_moves_a_report_to_its_other_day() -> None:
    one, other = check_in(3.5, 5, id="same"), check_in(6.5, 5, id="same")
    state = fold(check_in(3.1, 8), one, other)
    standing = min(one, other, key=lambda event: event.fingerprint())
    assert sum(day.n for day in state.days) == 2
    assert [known.time for known in state.open][-1] == micros(standing.time)


def test_heartbeats_leave_the_newest_time_and_one_small_sign_a_day() -> None:
    beats = [heartbeat(minute / 1440) for minute in range(0, 1440, 15)]
    assert fold(*beats) == fold(*reversed(beats))
    sign = SignDay(date_day(START.date()), 2**24 - 1, 0, micros(beats[-1].time), 0)
    assert fold(*beats) == State(newest=micros(beats[-1].time), signs=(sign,))


def test_a_day_is_counted_where_the_patient_was_and_closes_in_the_offset_of_its_last_report() -> None:
    east, west = check_in(1.9, 4, offset=840), check_in(2.1, 6, offset=-720)
    [first, second] = fold(east, west).days
    assert (first.day - DAY_0, first.offset, first.total) == (1, -720, 600)
    assert (second.day - DAY_0, second.offset, second.total) == (2, 840, 400)


def test_a_late_report_changes_its_own_day_only_and_says_which() -> None:
    state = fold(check_in(3, 5), check_in(5, 5))
    after, taken = take_in(state, [check_in(3.5, 9)])
    assert taken.changed_from == DAY_0 + 3
    assert [(day.n, day.total, day.squares) for day in after.days] == [(2, 1400, 1_060_000), (1, 500, 250_000)]


def test_days_further_back_than_detection_looks_are_let_go() -> None:
    state = fold(*(check_in(day, 5) for day in range(0, 300, 5)))
    assert (state.days[0].day - DAY_0, len(state.days)) == (60, 48)


def test_scores_keep_their_event_ids_until_no_finding_can_name_them() -> None:
    weekly = [phq9(7 * week, 5, id=f"q-{week}") for week in range(10)]
    state = State()
    for questionnaire in weekly:
        state = fold(questionnaire, state=state)
    ids = [score.event_id for score in (*state.scores, *state.open) if isinstance(score, ScoreEntry)]
    assert ids == ["", "", "", "", "q-4", "q-5", "q-6", "q-7", "q-8", "q-9"]
    assert fold(*weekly) == state


def test_the_regression_hears_of_reports_and_interactions_in_order() -> None:
    state = fold(interaction(1.5, person="b"), check_in(1.25, 7, offset=60), phq9(1.3, 3))
    report, happened = link_items(state.open)
    assert report == Report(micros(check_in(1.25, 7).time) / 1e6, 7 * 3600, 700)
    assert isinstance(happened, Happened)
    assert (happened.person, happened.kind, happened.patterns) == ("b", "conflict", ("silence",))


def test_a_jump_of_a_century_leaves_one_day() -> None:
    state = fold(*(check_in(day, 5) for day in range(40)), check_in(36_500, 4))
    assert [day.day - DAY_0 for day in state.days] == [36_500]
    assert state.links.reports == 40


def test_questionnaires_of_a_flood_do_not_make_the_state_grow_for_ever() -> None:
    state = State()
    for fortnight in range(4):
        state = fold(*(phq9(15 * fortnight + number / 1_000, 8) for number in range(1_000)), state=state)
    assert len(state.scores) == MOST_SCORES
    assert state.scores[-1].time == micros(phq9(45.999 - 15, 8).time)
    assert len(packed(state)) < 500_000
