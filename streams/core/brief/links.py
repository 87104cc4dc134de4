"""Which links a brief or a review shows. What may be shown at all was decided where they were read."""

from typing import Final

from schemas.brief_view import LinkNote
from schemas.views import Link
from streams.core.brief.known import VIOLENCE, Known

TOP: Final = 5


def shown_links(known: Known) -> tuple[LinkNote, ...]:
    """Those that may be shown, the largest effect first; none of violence, which is not for paper.

    A kind of event that was met with one person only is told of that person alone.
    """
    shown = [link for link in _plain(known) if link.shown]
    with_one = {(link.cell.kind, link.n) for link in shown if link.cell.person}
    told = [link for link in shown if link.cell.person or (link.cell.kind, link.n) not in with_one]
    return tuple(map(_note, sorted(told, key=lambda link: (-abs(link.effect), _name(link)))))


def unclear(known: Known) -> int:
    """Of how many cells there is not enough yet to tell."""
    return sum(not link.shown for link in _plain(known))


def _plain(known: Known) -> list[Link]:
    return [link for link in known.links if link.cell.kind != VIOLENCE]


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
    )
