from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import orjson

from deploy.demo.staff import COLLEAGUE, LEADS_GROUPS, STAFF, assigned, hire
from schemas.reading import Accepted, read_event
from streams.adapters.accounts import Accounts
from streams.simulate.cohort import cohort

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
IDS = {name: f"id-{name}" for name in STAFF}
PATIENTS = [events for events, _ in cohort(8, 30, NOW, 1)]
MEMBERS = {event["subject"] for events in PATIENTS for _, event in events if event["type"] == "membership.v1"}


def told(kind: str, field: str) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for _, event in assigned(PATIENTS, IDS):
        if event["type"] == kind:
            found[event["subject"]].add(str(event["data"][field]))
    return found


def test_every_patient_has_one_therapist_and_each_therapist_patients() -> None:
    therapists = told("episode.v1", "therapist")
    assert all(len(named) == 1 for named in therapists.values())
    assert len(therapists) == len(PATIENTS)
    assert set.union(*therapists.values()) == {IDS[LEADS_GROUPS], IDS[COLLEAGUE]}


def test_a_group_is_led_by_the_therapist_whose_patients_its_members_are() -> None:
    leaders = told("membership.v1", "leaders")
    assert leaders.keys() == MEMBERS != set()
    assert set.union(*leaders.values()) == {str([IDS[LEADS_GROUPS]])}
    assert {name for member in MEMBERS for name in told("episode.v1", "therapist")[member]} == {IDS[LEADS_GROUPS]}


def test_it_is_what_was_drawn_otherwise_and_the_gateway_takes_it() -> None:
    drawn = [one for events in PATIENTS for one in events]
    for (time, event), (at, before) in zip(assigned(PATIENTS, IDS), drawn, strict=True):
        without = {field: value for field, value in event["data"].items() if field not in {"therapist", "leaders"}}
        assert (time, event | {"data": without}) == (at, before)
        assert isinstance(read_event(orjson.dumps(event)), Accepted)


def test_everybody_can_sign_in_and_has_the_id_that_is_named(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "accounts.sqlite")
    ids = hire(accounts, "a long enough one")
    for name, (role, _) in STAFF.items():
        account = accounts.sign_in(name, "a long enough one", source="here", now=NOW)
        assert (getattr(account, "id", None), getattr(account, "role", None)) == (ids[name], role)
