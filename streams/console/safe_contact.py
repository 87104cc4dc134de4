"""What to know before anybody is contacted: of whom violence was logged, and who must not be called or told.

Shown on the alert page and on top of the patient's, on the screen only: pages that print leave it out.
"""

from dataclasses import dataclass

from schemas.releases import Release
from schemas.views import PatientView, PersonView
from schemas.vocabulary import Contact


@dataclass(frozen=True, slots=True)
class SafeContact:
    """People by what stands in the way; all empty where nothing is known to."""

    violence: tuple[str, ...]
    never: tuple[str, ...]
    unsafe: tuple[str, ...]
    safe: tuple[str, ...]
    """Who may be contacted, as far as the inventory says."""
    on_phone: tuple[str, ...]
    """Who stands in the way and is named by a link that was released to the patient's phone before."""

    @property
    def guarded(self) -> bool:
        """Whether something stands in the way of contact as usual."""
        return bool(self.violence or self.never or self.unsafe or self.on_phone)


def is_guarded(person: PersonView) -> bool:
    """Whether it may be dangerous that the patient's phone names them."""
    return person.violence or person.contact in {Contact.NEVER, Contact.UNSAFE}


def safe_contact(view: PatientView | None, release: Release | None) -> SafeContact | None:
    """What the inventory and the log say, and what the phone was released; None where there is nobody."""
    if view is None or not view.people:
        return None
    released = {link.cell.person for link in release.links} if release else set()
    people = [one for one in view.people if not one.removed]
    return SafeContact(
        violence=tuple(_named(one) for one in view.people if one.violence),
        never=_by(people, Contact.NEVER),
        unsafe=_by(people, Contact.UNSAFE),
        safe=_by(people, Contact.SAFE),
        on_phone=tuple(_named(one) for one in view.people if is_guarded(one) and released & {one.person, *one.also}),
    )


def _by(people: list[PersonView], contact: Contact) -> tuple[str, ...]:
    return tuple(_named(one) for one in people if one.contact is contact and not one.violence)


def _named(person: PersonView) -> str:
    return f"{person.person} ({person.relation})" if person.relation else person.person
