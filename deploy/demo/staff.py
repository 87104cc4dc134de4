"""Who works at the made-up clinic: an account of each role, and whose caseload each patient is on.

The simulator knows nobody who works there; `command` adds them to what it draws.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

from streams.adapters.accounts import Accounts, Role
from streams.simulate.mint import Timed

LEADS_GROUPS = "therapist"
COLLEAGUE = "colleague"
STAFF = {
    "lead": (Role.LEAD, "every patient and alert"),
    "on-call": (Role.ON_CALL, "every open alert, and by break-glass its patient"),
    LEADS_GROUPS: (Role.THERAPIST, "half of the patients, and the groups"),
    COLLEAGUE: (Role.THERAPIST, "the other half"),
    "operator": (Role.OPERATOR, "how the pipeline is, no patient"),
}
"""By name: the role, and in short what it sees."""


def hire(accounts: Accounts, password: str) -> dict[str, str]:
    """Make an account for each of them, all with one password; returns their ids by name."""
    return {name: accounts.add(name, role, password).id for name, (role, _) in STAFF.items()}


def assigned(patients: Sequence[Sequence[Timed]], ids: Mapping[str, str]) -> Iterator[Timed]:
    """All events of the patients, whose episodes name a therapist and whose memberships a leader, by account id.

    Members of a group are with the therapist who leads it, the others with the two therapists in turn.
    """
    in_turn = cycle((ids[COLLEAGUE], ids[LEADS_GROUPS]))
    for events in patients:
        in_group = any(event["type"] == "membership.v1" for _, event in events)
        therapist = ids[LEADS_GROUPS] if in_group else next(in_turn)
        names = {"episode.v1": {"therapist": therapist}, "membership.v1": {"leaders": [ids[LEADS_GROUPS]]}}
        for time, event in events:
            yield time, {**event, "data": event["data"] | names.get(event["type"], {})}
