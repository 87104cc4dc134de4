"""Which links a brief or a review shows. What may be shown at all was decided where they were read."""

from typing import Final

from schemas.brief_view import LinkNote
from schemas.views import Link
from streams.core.brief.known import VIOLENCE, Known

TOP: Final = 5


def shown_links(known: Known) -> tuple[LinkNote, ...]:
    """Those that may be shown, the largest effect first."""
    shown = (link for link in _told(known) if link.shown)
    return tuple(map(_note, sorted(shown, key=lambda link: (-abs(link.effect), _name(link)))))


def unclear(known: Known) -> int:
    """Of how many cells there is not enough yet to tell."""
    return sum(not link.shown for link in _told(known))


def _told(known: Known) -> list[Link]:
    """Without violence, which is not for paper, and without a kind that only one person stands behind."""
    with_one = {(link.cell.kind, link.n) for link in known.links if link.cell.person}
    return [
        link
        for link in known.links
        if link.cell.kind != VIOLENCE and (link.cell.person or (link.cell.kind, link.n) not in with_one)
    ]


def _name(link: Link) -> tuple[str, str, str]:
    return link.cell.person or "", link.cell.kind or "", link.cell.pattern or ""


def _note(link: Link) -> LinkNote:
    cell = link.cell
    return LinkNote(
        person=cell.person,
        kind=cell.kind,
        pattern=cell.pattern,
        n=link.n,
        effect=round(link.effect, 2),
        low=round(link.low, 2),
        high=round(link.high, 2),
        low_before=link.low_before,
        partial=link.partial,
    )
