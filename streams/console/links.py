"""Links as the patient page shows them: who and what moves this patient's mood, in words and on a scale."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from schemas.alerts import Alert
from schemas.views import Link, MergedLinks, PatientView
from streams.console.words import link_title, points

MOST_ON_ALERT = 4
"""Links on an alert's page; all are on the patient's."""

REACH = 4.0
"""Mood points at either end of the scale; what lies beyond is drawn at its end."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One link; `effect`, `low` and `high` as places on the scale, 0 … 200 with no effect at 100."""

    title: str
    shown: bool
    n: int
    says: str
    effect: float
    low: float
    high: float


def link_rows(links: Iterable[Link]) -> tuple[LinkRow, ...]:
    """What is shown first, the largest effect on top; then what is not clear so far, the most events on top."""
    ordered = sorted(links, key=lambda link: (not link.shown, -abs(link.effect) if link.shown else -link.n))
    return tuple(_row(link) for link in ordered)


def known_links(alert: Alert, view: PatientView | None) -> tuple[LinkRow, ...]:
    """What an alert's page says of links: those that may be shown, of the person that it is about if it names one."""
    if view is None:
        return ()
    person = alert.evidence.get("person")
    return link_rows(link for link in view.links if link.shown and person in {None, link.cell.person})[:MOST_ON_ALERT]


def merged_note(merged: MergedLinks | None) -> str:
    """What has no card of its own, for want of room; empty when everything has one."""
    if merged is None:
        return ""
    titles = ", ".join(map(link_title, merged.cells))
    return f"For want of room, the rarest are counted together, without a card (n = {merged.n} in all): {titles}."


def _row(link: Link) -> LinkRow:
    return LinkRow(
        title=link_title(link.cell),
        shown=link.shown,
        n=link.n,
        says=" ".join(_says(link)),
        effect=_place(link.effect),
        low=_place(link.low),
        high=_place(link.high),
    )


def _says(link: Link) -> Iterator[str]:
    if link.shown:
        direction = "lower" if link.effect < 0 else "higher"
        yield f"Associated with mood {abs(link.effect):.1f} points {direction} over the 6 hours after"
        yield f"(95 % interval {points(link.low)} to {points(link.high)}, n = {link.n})."
    else:
        yield f"Not enough yet (n = {link.n}): no clear association so far."
    if link.low_before:
        yield "Mood was already low before these events."
    if link.partial:
        yield "Older ones are counted with the rarest, for want of room."


def _place(value: float) -> float:
    return round(100 + 100 * max(-REACH, min(REACH, value)) / REACH, 1)
