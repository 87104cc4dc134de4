"""What of a group is for a reader, for its page, and which groups a patient's page leads to."""

from schemas.groups import GroupView, Span
from schemas.views import PatientView
from streams.console.parts import Parts
from streams.console.reader import Reader
from streams.core.group import for_reader


def group_shown(parts: Parts, looks: Reader, group: str) -> GroupView | None:
    """What the page of a group shows; None where there is no page for this reader, as of a group that is too small.

    Whoever leads the group sees all of it, but single members only if their own membership says so. Whoever has a
    member of today among their patients sees what is for everybody.
    """
    whole = parts.store.group(group)
    if whole is None:
        return None
    if not parts.store.leads(looks, group):
        if not parts.store.sees_member(looks, group):
            return None
        return for_reader(whole, leads=False, today=parts.now().date())
    theirs = parts.store.led_members(looks, group)
    return whole.model_copy(update={"members": tuple(one for one in whole.members if one.patient in theirs)})


def groups_of(parts: Parts, looks: Reader, view: PatientView) -> tuple[str, ...]:
    """The groups that a patient is in today and that have a page for this reader."""
    today = parts.now().date()
    current = (one.group for one in view.groups if Span(joined_on=one.joined_on, left_on=one.left_on).covers(today))
    return tuple(group for group in current if group_shown(parts, looks, group) is not None)
