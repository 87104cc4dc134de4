from streams.core.days import MOST
from streams.core.fold import let_pass, take_in
from streams.core.moments import DAY, date_day, micros
from streams.core.state import HORIZON, MOST_OPEN, State
from tests.core.builders import START, check_in, fold, heartbeat

DAY_0 = date_day(START.date())
MICROSECOND = 1 / DAY


def test_exactly_14_days_behind_still_counts_and_a_microsecond_more_is_late() -> None:
    state = fold(check_in(20, 5))
    in_time, too_late = check_in(6, 4), check_in(6 - 1.01 * MICROSECOND, 3)
    assert state.newest - micros(in_time.time) == HORIZON
    assert state.newest - micros(too_late.time) == HORIZON + 1
    after, taken = take_in(state, [in_time, too_late])
    assert (taken.new, taken.late) == ([in_time], [too_late])
    assert len(let_pass(after).open) == 2


def test_a_copy_is_known_whenever_and_however_it_was_received() -> None:
    first = check_in(3, 5)
    copy = first.model_copy(update={"receivedat": check_in(9, 0).time})
    state, taken = take_in(fold(first), [copy, first])
    assert (taken.new, taken.late, taken.conflicting, taken.changed_from) == ([], [], [], None)
    assert state == fold(first)


def test_of_two_contents_the_smaller_fingerprint_stands_and_the_other_is_set_aside() -> None:
    small, large = sorted((check_in(3, mood, id="same") for mood in (2, 9)), key=lambda event: event.fingerprint())
    kept = take_in(State(), [small, large])[1]
    assert (kept.new, kept.conflicting) == ([small], [large])
    replaced = take_in(State(), [large, small])[1]
    assert (replaced.new, replaced.conflicting) == ([small], [large])
    assert fold(large, small) == fold(small, large) == fold(small, state=fold(large))


def test_imported_events_say_how_far_the_history_goes() -> None:
    state = fold(check_in(3.5, 5, history=True, offset=120), check_in(9, 5))
    assert state.history_until == micros(check_in(4, 5).time) - 2 * 3600 * 1_000_000


def test_a_flood_fills_the_open_days_and_the_rest_is_set_aside() -> None:
    flood = [check_in(1 + number / 1_000, number % 10) for number in range(MOST_OPEN + 300)]
    state, taken = take_in(fold(check_in(0, 5)), flood)
    assert (taken.new, taken.surplus) == (flood[: MOST_OPEN - 1], flood[MOST_OPEN - 1 :])
    assert len(let_pass(state).open) == MOST_OPEN
    copies = take_in(let_pass(state), flood[:10])[1]
    assert (copies.new, copies.surplus) == ([], [])


def test_a_day_counts_no_more_reports_than_fit() -> None:
    long_ago = [check_in(1 + number / 1_000_000, 10) for number in range(MOST + 1)]
    state, taken = take_in(fold(check_in(0, 5)), [*long_ago, check_in(40, 5)])
    assert taken.surplus == long_ago[MOST:]
    assert [day.n for day in state.days] == [1, MOST, 1]


def test_what_passes_the_horizon_in_one_go_is_no_flood() -> None:
    years = [check_in(number, number % 10) for number in range(MOST_OPEN + 300)]
    state, taken = take_in(fold(check_in(0, 5)), years)
    assert not taken.surplus
    assert let_pass(state).links.reports > MOST_OPEN


def test_what_comes_again_so_late_is_settled() -> None:
    before, now = check_in(1, 0), check_in(2, 0)
    taken = take_in(fold(check_in(20, 5)), [before, now], replayed=1)[1]
    assert (taken.settled, taken.late, taken.heard_from) == ([before], [now], None)


def test_what_the_phone_says_by_itself_is_heard_and_not_weighed() -> None:
    state, taken = take_in(State(), [heartbeat(3)])
    assert (taken.new, taken.heard_from, len(state.open)) == ([], DAY_0 + 3, 0)
