"""Which links a therapist may release to the patient's own phone, and what is released now.

A release is a copy of what the therapist looked at. What names somebody with whom violence was logged, or whom nobody
may contact, is not offered: somebody may read over the patient's shoulder.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from schemas.releases import Release, ReleasedLink
from schemas.views import Link, PatientView
from schemas.vocabulary import InteractionKind
from streams.console.links import LinkRow, link_rows
from streams.console.safe_contact import is_guarded
from streams.core.ids import hashed_id


@dataclass(frozen=True, slots=True)
class Offer:
    """One link that may be released; `key` names it with its numbers, so that nobody releases others than they saw."""

    key: str
    row: LinkRow
    link: ReleasedLink
    released: bool
    """The phone shows a link of the same kind already, perhaps with older numbers."""


def offers(view: PatientView, release: Release | None) -> tuple[Offer, ...]:
    """What may be released, the largest effect first."""
    cells = {link.cell for link in release.links} if release else set()
    return tuple(_offer(link, released=link.cell in cells) for link in view.links if _may_be_seen(view, link))


def chosen(offered: Iterable[Offer], keys: Iterable[str]) -> tuple[ReleasedLink, ...] | None:
    """The links of these keys; None if one is no longer offered as it was looked at."""
    links = {offer.key: offer.link for offer in offered}
    wanted = list(dict.fromkeys(keys))
    return None if set(wanted) - links.keys() else tuple(links[key] for key in wanted)


def on_the_phone(release: Release | None) -> tuple[LinkRow, ...]:
    """What the phone shows now, as it stood on release."""
    links = release.links if release else ()
    return link_rows(
        Link(patient="", cell=one.cell, n=one.n, peak=0.0, effect=one.effect, low=one.low, high=one.high, shown=True)
        for one in links
    )


def _offer(link: Link, *, released: bool) -> Offer:
    copy = ReleasedLink(cell=link.cell, n=link.n, effect=link.effect, low=link.low, high=link.high)
    [row] = link_rows([link])
    return Offer(hashed_id(copy.model_dump_json()), row, copy, released)


def _may_be_seen(view: PatientView, link: Link) -> bool:
    guarded = {name for one in view.people if is_guarded(one) for name in (one.person, *one.also)}
    return link.shown and link.cell.kind != InteractionKind.VIOLENCE and link.cell.person not in guarded
