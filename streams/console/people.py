"""The people in a patient's life by closeness, each with what mood moves along with: the rings, and the same in words.

Positions are made here and drawn by the page's template, so that the picture needs no script and no styles of its own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin

from schemas.views import Link, PatientView, PersonView
from schemas.vocabulary import Contact
from streams.console.briefs.reviews import RINGS
from streams.console.briefs.section import often
from streams.console.times import short_day
from streams.console.words import plain, points

RADII = {1: 32.0, 2: 60.0, 3: 88.0, 4: 116.0}
"""Of each ring's middle, in a picture of 280 by 280 around its middle."""
GOLDEN = 2.399963
"""A turn by so many radians after each person keeps labels of neighbours apart."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One person in the picture; `x` and `y` from its middle."""

    number: int
    x: float
    y: float
    tone: str
    """`up`, `down`, `mixed` or empty: which way mood is associated, where that may be shown."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in words."""

    number: int
    person: str
    relation: str
    says: tuple[str, ...]
    links: tuple[str, ...]
    tone: str
    private: tuple[str, ...]
    """For the screen and never for paper."""


@dataclass(frozen=True, slots=True)
class People:
    """All of them: rings from the innermost out, and the dots of those whose ring is known."""

    rings: tuple[tuple[str, tuple[PersonRow, ...]], ...]
    dots: tuple[Dot, ...]
    removed: int
    """Taken out of the inventory and not shown."""


def people_of(view: PatientView) -> People:
    """Everybody who is in the inventory or was met, the closest first."""
    links = _by_person(view.links)
    shown = sorted(
        (one for one in view.people if not one.removed), key=lambda one: (one.ring or len(RADII) + 1, one.person)
    )
    rings: dict[int | None, list[PersonRow]] = defaultdict(list)
    dots = []
    for number, one in enumerate(shown, start=1):
        row = _row(number, one, links.get(one.person, []))
        rings[one.ring].append(row)
        if one.ring is not None:
            dots.append(_dot(number, one.ring, row.tone))
    return People(
        rings=tuple((name.capitalize(), tuple(rings[ring])) for ring, name in RINGS.items() if rings.get(ring)),
        dots=tuple(dots),
        removed=sum(one.removed for one in view.people),
    )


def _by_person(links: Iterable[Link]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.cell.person is not None and link.shown:
            found[link.cell.person].append(link)
    return found


def _row(number: int, one: PersonView, links: list[Link]) -> PersonRow:
    return PersonRow(
        number=number,
        person=one.person,
        relation=plain(one.relation) if one.relation else "",
        says=tuple(_says(one)),
        links=tuple(_link(link) for link in sorted(links, key=lambda link: -abs(link.effect))),
        tone=_tone(links),
        private=tuple(_private(one)),
    )


def _says(one: PersonView) -> list[str]:
    told = [] if one.in_inventory else ["Met, not in the inventory."]
    if len(one.rings) > 1:
        before = one.rings[-2]
        told.append(f"{RINGS[before.ring].capitalize()} until {short_day(one.rings[-1].since)}.")
    if one.stage is not None:
        stages = (f"{stage.stage} ({short_day(stage.time)})" for stage in one.stages)
        told.append(f"Role dispute: {', then '.join(stages)}.")
    if one.confided_in is not None:
        told.append("Confided in." if one.confided_in else "Not confided in.")
    if one.knows_about_mood is not None:
        told.append("Knows about the mood." if one.knows_about_mood else "Does not know about the mood.")
    if one.change_wanted:
        told.append("A change is wanted.")
    if one.hours_together is not None:
        told.append(f"{one.hours_together:g} h a week together.")
    return told


def _private(one: PersonView) -> list[str]:
    told = ["Violence was logged: check safe contact first."] if one.violence else []
    if one.contact is Contact.NEVER:
        told.append("Never contact.")
    elif one.contact is Contact.UNSAFE:
        told.append("Not safe to contact.")
    return told


def _link(link: Link) -> str:
    direction = "lower" if link.effect < 0 else "higher"
    kind = plain(link.cell.kind or "any contact").capitalize()
    return (
        f"{kind} ({often(link.n)}): associated with mood {abs(link.effect):.1f} points {direction} "
        f"({points(link.low)} to {points(link.high)})."
    )


def _tone(links: list[Link]) -> str:
    directions = {link.effect > 0 for link in links}
    return "" if not directions else "mixed" if len(directions) > 1 else "up" if True in directions else "down"


def _dot(number: int, ring: int, tone: str) -> Dot:
    angle = number * GOLDEN - pi / 2
    radius = RADII[ring]
    return Dot(number, round(radius * cos(angle), 1), round(radius * sin(angle), 1), tone)
