"""What is known of a patient who told these events."""

from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.brief import Known
from streams.core.fold import link_items
from streams.core.inventory import same_person
from streams.core.links import LinkPopulation, read
from streams.core.moments import date_day
from streams.core.policy import Policy
from streams.core.state import EMPTY
from streams.core.therapy import present_with_tries
from tests.core.builders import POLICY, START, clinic, date_of, event, raw

FIRST = date_day(START.date())
"""The local day that days are counted from."""


def known(*told: AnyEvent, policy: Policy = POLICY) -> Known:
    in_order = sorted(told, key=lambda one: (one.time, one.mark()))
    state = analyse("p-1", EMPTY, in_order, policy, closes=None, now=0).record.state
    same = same_person(state)
    links = read(state.links, link_items(state.open), LinkPopulation(), "p-1", same)
    return Known("p-1", state, policy, present_with_tries(state), same, links)


def met(day: float, person: str = "a", kind: str = "conflict", valence: int = -2, **more: object) -> AnyEvent:
    """An interaction that says no more than it is told to."""
    data = {"person_id": person, "kind": kind, "valence": valence} | more
    return event(raw("interaction.v1", day, data, id=f"met-{day}-{person}-{kind}"))


def questionnaire(day: float, instrument: str, items: dict[str, int]) -> AnyEvent:
    return event(raw("questionnaire.v1", day, {"instrument": instrument, "items": items}, id=f"{instrument}-{day}"))


def held(day: int, at: float = 0.5, **more: object) -> AnyEvent:
    """A session held on `day`."""
    return clinic("session", day + at, session_id=f"se-{day}", status="held", on=date_of(day), **more)
