import pytest

from schemas.events import AnyEvent
from streams.core.brief.known import Known
from tests.core.brief.of import FIRST, held, known, met
from tests.core.builders import check_in, clinic, heartbeat, interaction, opened, person


def of_sessions(*days: int) -> Known:
    """Somebody in care since day 0, last heard of on day 40."""
    return known(opened(0), *(held(day) for day in days), check_in(1, 5), check_in(40, 5))


@pytest.mark.parametrize(
    ("last_session", "first"),
    [(40, 34), (39, 34), (34, 34), (33, 33), (28, 28), (27, 27), (26, 27), (5, 27)],
)
def test_the_days_go_back_to_the_last_session_a_week_to_a_fortnight(last_session: int, first: int) -> None:
    assert of_sessions(last_session).first - FIRST == first


def test_of_several_sessions_the_last_before_today_counts() -> None:
    assert of_sessions(20, 31, 40).last_session == FIRST + 31


def test_without_a_session_it_is_a_week() -> None:
    assert of_sessions().first - FIRST == 34
    assert known(check_in(0, 5), check_in(40, 5)).first - FIRST == 34


def test_it_does_not_go_back_before_anything_was_known() -> None:
    assert known(check_in(38, 5), check_in(40, 5)).first - FIRST == 38
    assert known(opened(36), check_in(40, 5)).first - FIRST == 36


def test_the_beginning_outlives_what_has_passed_the_horizon() -> None:
    assert known(check_in(0, 5), check_in(300, 5)).began == FIRST


def test_a_heartbeat_is_hearing_from_somebody() -> None:
    assert known(check_in(0, 5), heartbeat(30)).today == FIRST + 30


def test_the_last_episode_is_the_one_opened_last_and_only_an_open_one_is_care() -> None:
    closed = {"closed_on": "2026-06-20", "outcome": "completed"}
    told: list[AnyEvent] = [opened(0, episode="one", **closed), opened(0.1, on=0, episode="two", **closed)]
    after = known(*told, check_in(40, 5))
    assert after.care is None
    assert after.last_care
    assert after.last_care.terms.episode == "two"


def test_an_episode_that_opens_later_is_not_the_last_one() -> None:
    assert known(opened(0, on=5), check_in(1, 5)).last_care is None


def test_violence_is_kept_apart_and_merged_people_are_one() -> None:
    told = known(
        check_in(0, 5),
        interaction(1, "b", "violence"),
        interaction(2, "b", "support"),
        person(3, "b", merged_into="a"),
        met(3.5, "c"),
    )
    assert [one.kind for one in told.met] == ["support", "conflict"]
    assert [one.kind for one in told.violent] == ["violence"]
    assert told.violent_people == ("a",)
    assert told.one("b") == "a"
    assert told.one("c") == "c"


def test_old_violence_is_still_known_of() -> None:
    told = known(interaction(0, "b", "violence"), check_in(200, 5))
    assert (told.violent, told.violent_people) == ([], ("b",))


def test_a_phase_needs_no_session() -> None:
    assert known(opened(0), clinic("phase", 1, phase="middle", starts_on=0), check_in(2, 5)).care is not None
