"""What of a group is for everybody, for its page, and which groups a patient's page leads to.

No account says yet whose group it leads, so everybody is shown what is for everybody.
"""

from schemas.groups import GroupView, Span
from schemas.views import PatientView
from streams.console.parts import Parts
from streams.core.group import for_reader


def group_shown(parts: Parts, group: str) -> GroupView | None:
    """What the page of a group shows; None where there is no page, as of a group that is too small."""
    whole = parts.store.group(group)
    return whole and for_reader(whole, leads=False, today=parts.now().date())


def groups_of(parts: Parts, view: PatientView) -> tuple[str, ...]:
    """The groups that a patient is in today and that have a page."""
    today = parts.now().date()
    current = (one.group for one in view.groups if Span(joined_on=one.joined_on, left_on=one.left_on).covers(today))
    return tuple(group for group in current if group_shown(parts, group) is not None)
