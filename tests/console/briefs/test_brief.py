import re
from datetime import date

import pytest

from schemas.brief_view import (
    Brief,
    DayMood,
    GoalNow,
    LinkNote,
    MoodChange,
    OpenQuestion,
    ScoreNow,
    StrategyTried,
    WeekView,
)
from schemas.vocabulary import ProblemArea
from streams.console.briefs import Section, brief_heading, brief_sections, week_rows
from tests.fixture_patient import BEFORE_SESSION_15, lines
from tests.golden_brief import view_of

DAY = date(2026, 4, 10)


@pytest.fixture(scope="module")
def golden() -> Brief:
    brief = view_of(lines(BEFORE_SESSION_15)).brief
    assert brief
    return brief


def words(brief: Brief, **instead: object) -> str:
    return " ".join(line for section in brief_sections(brief.model_copy(update=instead)) for line in section.lines)


def section(brief: Brief, title: str, **instead: object) -> tuple[str, ...]:
    found = {one.title: one for one in brief_sections(brief.model_copy(update=instead))}
    return found[title].lines if title in found else ()


def test_every_part_has_its_section_and_violence_is_private(golden: Brief) -> None:
    sections = brief_sections(golden)
    assert [(one.title, one.private) for one in sections] == [
        ("On this screen only", True),
        ("Safety", False),
        ("Mood", False),
        ("Questionnaires", False),
        ("Found by the rules", False),
        ("What mood moves along with", False),
        ("Communication patterns", False),
        ("Strategies", False),
        ("Goals", False),
        ("Days that matter", False),
        ("Questions left open", False),
    ]
    private = [line for one in sections if one.private for line in one.lines]
    assert private[0].startswith("Safe contact first: violence was logged of uncle.")
    assert not re.search("violence|uncle", " ".join(line for one in sections if not one.private for line in one.lines))


def test_it_says_associated_and_never_caused(golden: Brief) -> None:
    told = words(golden)
    assert "associated with mood 1.1 points lower over the 6 hours after" in told
    assert not re.search("caus|because|due to|makes", told)


def test_the_heading_says_which_days_before_which_session(golden: Brief) -> None:
    assert brief_heading(golden) == (
        "Tue 7 Apr 2026 to Tue 14 Apr 2026 · before session 14 of 16 · termination phase · last session 7 Apr"
    )
    bare = {"next_session": None, "phase": None, "last_session": None}
    assert brief_heading(golden.model_copy(update=bare)) == "Tue 7 Apr 2026 to Tue 14 Apr 2026"


def test_the_picture_has_every_day(golden: Brief) -> None:
    rows = week_rows(golden)
    assert [row.day.day for row in rows] == [7, 8, 9, 10, 11, 12, 13, 14]
    assert [row.day.day for row in rows if row.mood is None] == [9, 11]


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (-0.1, 1.0, "No clear change: 0.5 points higher"),
        (0.0, 1.0, "No clear"),
        (0.1, 1.0, "Mood is 0.5 points higher"),
    ],
)
def test_a_change_is_clear_where_its_interval_leaves_out_nothing(
    golden: Brief, low: float, high: float, says: str
) -> None:
    week = golden.week.model_copy(update={"change": MoodChange(change=0.5, low=low, high=high)})
    assert any(line.startswith(says) for line in section(golden, "Mood", week=week))


def test_a_week_without_a_word_says_nothing_about_mood(golden: Brief) -> None:
    silent = WeekView(days=(), missing=(DAY,), n=0, mean=None, usual=None, change=None, best=None, worst=None)
    assert section(golden, "Mood", week=silent) == (
        "No mood was reported in these days, which says nothing about mood.",
    )


def test_days_that_hardly_differ_are_not_called_best_and_worst(golden: Brief) -> None:
    days = tuple(DayMood(day=date(2026, 4, day), n=1, mean=mean) for day, mean in ((12, 5.0), (13, 5.9), (14, 0.0)))
    week = golden.week.model_copy(update={"days": days, "best": None, "worst": None})
    assert "The days hardly differ: their means lie between 5.0 and 5.9." in section(golden, "Mood", week=week)


SCORE = ScoreNow(
    instrument="PHQ-9", on=DAY, total=12, band="moderate", imputed=False, before=6, beyond_error=True
)  # fmt: skip


@pytest.mark.parametrize(
    ("instead", "says"),
    [
        ({}, "PHQ-9 12 on 10 Apr: moderate; +6.0 since the one before, more than measurement error."),
        (
            {"before": 10, "beyond_error": False},
            "PHQ-9 12 on 10 Apr: moderate; +2.0 since the one before, within measurement error.",
        ),
        ({"before": None}, "PHQ-9 12 on 10 Apr: moderate; the first."),
        ({"before": 12}, "PHQ-9 12 on 10 Apr: moderate; as the one before."),
        ({"before": None, "imputed": True}, "PHQ-9 12 on 10 Apr: moderate, some items left out; the first."),
    ],
)
def test_a_total_says_how_far_it_moved(golden: Brief, instead: dict[str, object], says: str) -> None:
    assert section(golden, "Questionnaires", scores=(SCORE.model_copy(update=instead),)) == (says,)


def test_what_is_not_there_is_left_out_save_where_that_says_something(golden: Brief) -> None:
    nothing: dict[str, object] = dict.fromkeys(
        ("safety", "scores", "noted", "links", "patterns", "tried", "tried_so_far", "goals", "near", "questions"), ()
    )
    nothing |= {"guarded": None, "links_unclear": 0, "links_more": 0}
    found = brief_sections(golden.model_copy(update=nothing))
    assert [one.title for one in found] == [
        "Mood", "What mood moves along with", "Communication patterns", "Strategies",
    ]  # fmt: skip
    assert found[1:] == (
        Section("What mood moves along with", ("No interaction was reported yet.",)),
        Section("Communication patterns", ("None was logged in these days.",)),
        Section("Strategies", ("None was tried in these days, as far as was logged.",)),
    )
    assert section(golden, "Strategies", tried=(), episode=None) == ()


def test_links_that_are_not_clear_are_counted(golden: Brief) -> None:
    link = LinkNote(pattern="silence", n=7, effect=0.5, low=0.1, high=0.9)
    told = section(golden, "What mood moves along with", links=(link,), links_more=2, links_unclear=3)
    assert told == (
        (
            "Communication pattern: silence: associated with mood 0.5 points higher over the 6 hours after "
            "(95 % interval +0.1 to +0.9, n = 7)."
        ),
        "2 more on the patient's page.",
        "Not enough yet to tell for 3 others.",
    )
    assert section(golden, "What mood moves along with", links=(), links_more=0, links_unclear=1) == (
        "Not enough yet to tell for 1 that was looked at.",
    )


def test_a_link_says_when_mood_was_low_already(golden: Brief) -> None:
    link = LinkNote(pattern="silence", n=7, effect=-0.5, low=-0.9, high=-0.1, low_before=True, partial=True)
    [told] = section(golden, "What mood moves along with", links=(link,), links_more=0, links_unclear=0)
    assert told.endswith(
        "n = 7). Mood was already low before these events. Older ones are not counted here, for want of room."
    )


@pytest.mark.parametrize(
    ("times", "rated", "helped", "says"),
    [
        (1, 0, None, "s with a: tried once, nobody said whether it helped."),
        (2, 1, 4.0, "s with a: tried twice (1 of them rated), helped 4.0 of 10."),
        (3, 3, 4.0, "s with a: tried 3 times, helped 4.0 of 10."),
    ],
)
def test_strategies(golden: Brief, times: int, rated: int, helped: float | None, says: str) -> None:
    tried = StrategyTried(strategy="s", person="a", times=times, rated=rated, helped=helped)
    assert section(golden, "Strategies", tried=(tried,), tried_so_far=(tried,)) == (says,)


@pytest.mark.parametrize(
    ("instead", "says"),
    [
        ({}, "g (grief): 4.5 of 10 on 10 Apr, first 2."),
        ({"first": 4.5}, "g (grief): 4.5 of 10 on 10 Apr."),
        ({"last": None, "first": None, "rated_on": None}, "g (grief): set on 10 Apr, not rated yet."),
        ({"problem_area": None, "met_on": DAY}, "g: 4.5 of 10 on 10 Apr, first 2; met on 10 Apr."),
        ({"dropped_on": DAY}, "g (grief): 4.5 of 10 on 10 Apr, first 2; dropped on 10 Apr."),
    ],
)
def test_goals(golden: Brief, instead: dict[str, object], says: str) -> None:
    goal = GoalNow(goal="g", problem_area=ProblemArea.GRIEF, set_on=DAY, first=2, last=4.5, rated_on=DAY)
    assert section(golden, "Goals", goals=(goal.model_copy(update=instead),)) == (says,)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"what": "questionnaire_unfinished", "about": "PHQ-9", "on": DAY, "items": ("3",)},
            "PHQ-9 of Fri 10 Apr 2026 was not finished: sleep left out, so there is no total.",
        ),
        (
            {"what": "items_left_out", "about": "GAD-7", "on": DAY, "n": 1},
            "GAD-7 of Fri 10 Apr 2026: 1 item left out, filled in with the mean of the others.",
        ),
        (
            {"what": "questionnaire_due", "about": "GAD-7", "on": DAY, "n": 20},
            "GAD-7 is due: the last one is of Fri 10 Apr 2026, 20 days ago.",
        ),
        ({"what": "no_questionnaire"}, "No questionnaire was answered yet."),
        ({"what": "person_unknown", "about": "x", "n": 2}, "Who is x? Met twice, not in the inventory."),
        (
            {"what": "goal_unrated", "about": "g", "on": DAY, "n": 30},
            "Goal g waits to be rated: last on Fri 10 Apr 2026, 30 days ago.",
        ),
        (
            {"what": "strategy_untried", "about": "s", "on": DAY},
            "Strategy s, set on Fri 10 Apr 2026, was not tried yet, as far as was logged.",
        ),
        ({"what": "session_unaccounted", "about": "se", "on": DAY}, "What became of session se of Fri 10 Apr 2026?"),
        ({"what": "no_problem_area"}, "No problem area is agreed on."),
        ({"what": "no_goal"}, "No goal is set."),
    ],
)
def test_questions(golden: Brief, asked: dict[str, object], says: str) -> None:
    question = OpenQuestion.model_validate(asked)
    assert section(golden, "Questions left open", questions=(question,)) == (says,)
