"""What a patient's own phone may show: made of mood by day and of a release, and of nothing else."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from schemas.events import AnyEvent
from schemas.releases import Release, ReleasedLink
from schemas.views import Cell, DayView
from streams.core.analyse import analyse
from streams.core.links import LinkPopulation
from streams.core.state import EMPTY
from streams.core.view import view
from streams.gateway.kept import own_days
from streams.gateway.summary import Summary, own_summary
from tests.core.builders import POLICY, check_in, heartbeat, interaction

DAYS = TypeAdapter(tuple[DayView, ...])
NEWEST = date(2026, 6, 30)
LINK = ReleasedLink(cell=Cell(person="a-1", kind="support"), n=12, effect=0.8, low=0.3, high=1.3)
RELEASE = Release(patient="p-1", at=datetime(2026, 6, 20, 9, tzinfo=UTC), by="sam", links=(LINK,))


def days(*means: float, n: int = 2) -> list[DayView]:
    """Day after day up to NEWEST."""
    first = NEWEST - timedelta(days=len(means) - 1)
    return [DayView(day=first + timedelta(days=at), n=n, mean=mean) for at, mean in enumerate(means)]


def summary(of: Iterable[DayView], release: Release | None = None) -> Summary:
    return own_summary(tuple(of), release, contacts=(), notice="no emergency service", stale_since=None)


def test_the_week_ends_on_the_newest_day_and_means_are_of_reports() -> None:
    shown = summary([*days(2, 2, *[6.0] * 6)[:-1], DayView(day=NEWEST, n=6, mean=3)])
    assert shown.as_of == NEWEST
    assert shown.week is not None
    assert (shown.week.first, shown.week.n, shown.week.mean) == (date(2026, 6, 24), 18, 4.56)
    assert [day.day for day in shown.days] == [date(2026, 6, 24) + timedelta(days=at) for at in range(7)]
    assert [week.mean for week in shown.trend] == [2.0, 4.56]


def test_who_never_reported_has_no_week() -> None:
    shown = summary([])
    assert (shown.as_of, shown.week, shown.days, shown.trend, shown.change) == (None, None, [], [], None)


def test_weeks_without_reports_are_left_out_and_old_ones_too() -> None:
    reported = days(*[5.0] * 70)
    kept = [day for day in reported if not date(2026, 6, 10) <= day.day <= date(2026, 6, 16)]
    assert len(summary(kept).trend) == 7
    assert summary(kept).trend[-1].last == NEWEST


def test_the_change_needs_enough_days_on_both_sides() -> None:
    assert summary(days(*[6.0] * 21, *[4.5] * 7)).change == -1.5
    assert summary(days(*[6.0] * 5, *[4.5] * 7)).change is None
    assert summary([*days(*[6.0] * 28)[:21], *days(4.5, 4.5)]).change is None


def test_links_show_only_once_they_are_released() -> None:
    assert summary(days(5)).links == []
    shown = summary(days(5), RELEASE)
    assert [(link.person, link.kind, link.effect) for link in shown.links] == [("a-1", "support", 0.8)]
    assert shown.links_released_at == RELEASE.at
    assert summary(days(5), RELEASE.model_copy(update={"links": ()})).links_released_at is None


def _own(events: Iterable[AnyEvent]) -> str:
    """The summary after these events, by way of analysis, the view and what the gateway keeps of it."""
    state = analyse("p-1", EMPTY, list(events), POLICY, closes=None, now=0).record.state
    shown = view(state, "p-1", LinkPopulation(), POLICY).model_dump_json().encode()
    return summary(DAYS.validate_json(own_days(shown)), RELEASE).model_dump_json()


@settings(max_examples=60, deadline=None)
@given(
    moods=st.lists(st.tuples(st.floats(0, 40), st.integers(0, 10)), max_size=12),
    others=st.lists(st.floats(0, 40), max_size=3),
    violent=st.lists(st.tuples(st.floats(0, 40), st.sampled_from(["a-1", "a-2"])), min_size=1, max_size=4),
)
def test_no_event_of_violence_changes_a_byte(
    moods: list[tuple[float, int]], others: list[float], violent: list[tuple[float, str]]
) -> None:
    ordinary = [*(check_in(day, mood) for day, mood in moods), *map(interaction, others), heartbeat(40.5)]
    violence = [interaction(day, kind="violence", person=person, id=f"violence-{day}") for day, person in violent]
    assert _own([*ordinary, *violence]) == _own(ordinary)
