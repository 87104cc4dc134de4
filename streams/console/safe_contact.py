"""What to know before anybody is contacted: of whom violence was logged, and who must not be called or told.

Shown on the alert page and on top of the patient's, on the screen only: pages that print leave it out.
"""

from dataclasses import dataclass

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

    @property
    def guarded(self) -> bool:
        """Whether something stands in the way of contact as usual."""
        return bool(self.violence or self.never or self.unsafe)


def safe_contact(view: PatientView | None) -> SafeContact | None:
    """What the inventory and the log say; None where there is neither."""
    if view is None or not view.people:
        return None
    people = [one for one in view.people if not one.removed]
    return SafeContact(
        violence=tuple(_named(one) for one in view.people if one.violence),
        never=_by(people, Contact.NEVER),
        unsafe=_by(people, Contact.UNSAFE),
        safe=_by(people, Contact.SAFE),
    )


def _by(people: list[PersonView], contact: Contact) -> tuple[str, ...]:
    return tuple(_named(one) for one in people if one.contact is contact and not one.violence)


def _named(person: PersonView) -> str:
    return f"{person.person} ({person.relation})" if person.relation else person.person
