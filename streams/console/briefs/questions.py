"""The words of a question left open. Called by `brief`."""

from schemas.brief_view import OpenQuestion
from schemas.questionnaires import INSTRUMENTS
from streams.console.briefs.section import often, times
from streams.console.times import day

_SAID = {
    "questionnaire_unfinished": "{about} of {on} was not finished: {items} left out, so there is no total.",
    "items_left_out": "{about} of {on}: {n} left out, filled in with the mean of the others.",
    "questionnaire_due": "{about} is due: the last one is of {on}, {ago}.",
    "no_questionnaire": "No questionnaire was answered yet.",
    "person_unknown": "Who is {about}? Met {often}, not in the inventory.",
    "goal_unrated": "Goal {about} waits to be rated: last on {on}, {ago}.",
    "strategy_untried": "Strategy {about}, set on {on}, was not tried yet, as far as was logged.",
    "session_unaccounted": "What became of session {about} of {on}?",
    "no_problem_area": "No problem area is agreed on.",
    "no_goal": "No goal is set.",
}


def question(asked: OpenQuestion) -> str:
    """One question; items by our own short labels."""
    n = asked.n or 0
    return _SAID[asked.what].format(
        about=asked.about,
        on=day(asked.on) if asked.on else "",
        items=_items(asked) or "items",
        n=times(n, "item"),
        ago=f"{times(n, 'day')} ago",
        often=often(n),
    )


def _items(asked: OpenQuestion) -> str:
    instrument = INSTRUMENTS.get(asked.about or "")
    labels = [instrument.items[key].label for key in asked.items if key in instrument.items] if instrument else []
    return ", ".join(labels)
