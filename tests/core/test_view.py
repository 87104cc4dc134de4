from streams.core.analyse import analyse
from streams.core.links import LinkPopulation
from streams.core.state import EMPTY, State
from streams.core.view import view
from tests.core.builders import POLICY, check_in, heartbeat, interaction, phq9


def test_nobody_has_an_empty_view() -> None:
    shown = view(State(), "p-1", LinkPopulation(), POLICY)
    assert (shown.last_heard, shown.days, shown.moods, shown.scores, shown.links) == (None, (), (), (), ())


def test_it_shows_the_open_fortnight_report_by_report_and_the_rest_as_days() -> None:
    events = [check_in(0.5, 4), check_in(0.6, 5), check_in(30, 7.25, offset=120), interaction(30.1), heartbeat(31)]
    shown = view(
        analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state, "p-1", LinkPopulation(), POLICY
    )
    assert shown.last_heard == heartbeat(31).time
    assert [(str(day.day), day.n, day.mean) for day in shown.days] == [("2026-06-01", 2, 4.5), ("2026-07-01", 1, 7.25)]
    assert [(mood.time.isoformat(), mood.mood) for mood in shown.moods] == [("2026-07-01T02:00:00+02:00", 7.25)]
    assert [(met.person, met.kind, met.valence) for met in shown.interactions] == [("a-1", "conflict", -2)]
    assert [link.n for link in shown.links] == [1, 1, 1]


def test_scores_carry_their_band_however_old() -> None:
    events = [phq9(0, 4), phq9(100, 20)]
    shown = view(
        analyse("p-1", EMPTY, events, POLICY, closes=None, now=0).record.state, "p-1", LinkPopulation(), POLICY
    )
    assert [(score.total, score.band, score.imputed) for score in shown.scores] == [
        (4, "minimal", False),
        (20, "severe", False),
    ]
