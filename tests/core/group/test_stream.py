"""`rehearse` raises the alerts of groups that a live system raises, id for id, whichever partition is read first."""
# ruff: noqa: S311 - made-up members need no secrecy

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from schemas.alerts import AlertSignal
from schemas.events import AnyEvent
from streams.core.analyse import analyse
from streams.core.group import GroupRecord, gather, member_signals, pack_group
from streams.core.rehearse import rehearse
from streams.core.state import EMPTY, Record
from tests.core.builders import POLICY, check_in, heartbeat
from tests.core.group.members import GROUP, joins, meets, opens

SESSIONS = (30, 37, 44)
LAST = 52


def a_member(random: Random, patient: str) -> list[AnyEvent]:
    """Somebody who is worse after a session or not, comes to it or not, is silent for days, joins late or leaves."""
    offset = random.choice([-300, 0, 60, 540])
    first = random.choice([0, 0, 35])
    events = [opens(patient), joins(patient, on=first)]
    if random.random() < 0.2:
        events.append(joins(patient, 40.5, on=first, left=40))
    events += [
        meets(patient, session, status=random.choice(["held", "held", "held", "missed"])) for session in SESSIONS
    ]
    low = {day for session in SESSIONS[:2] if random.random() < 0.6 for day in range(session + 1, session + 7)}
    for day in range(LAST):
        if random.random() < 0.9:
            mood = random.randint(1, 4) if day in low else random.randint(6, 9)
            events += [check_in(day + slot, mood, subject=patient, offset=offset) for slot in (0.2, 0.5, 0.9)]
    return sorted([*events, heartbeat(LAST + 2, subject=patient)], key=lambda event: (event.time, event.mark()))


class Live:
    """Analysis of some patients on partitions of their own, and the group on another; any of them may be behind."""

    def __init__(self) -> None:
        self.patients: defaultdict[str, tuple[Record, int]] = defaultdict(lambda: (EMPTY, 0))
        self.group = GroupRecord()
        self.raised: list[AlertSignal] = []

    def hear(self, patient: str, events: Sequence[AnyEvent]) -> None:
        record, heard = self.patients[patient]
        heard += len(events)
        record = analyse(patient, record, events, POLICY, closes=None, now=0).record
        self.patients[patient] = replace(record, heard_at=heard, heard_through=heard), heard

    def tell(self, patient: str) -> None:
        record, heard = self.patients[patient]
        record, words = member_signals(patient, record)
        self.patients[patient] = record, heard
        if words:
            gathered = gather(GROUP, self.group, words, POLICY)
            self.group = gathered.record
            self.raised += [one for one in gathered.signals if one.change == "raised"]


@settings(deadline=None, max_examples=25, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(st.integers(0, 2**32), st.integers(3, 8))
def test_live_and_rehearsed_groups_raise_the_same(seed: int, size: int) -> None:
    random = Random(seed)
    left = {f"p-{at}": a_member(random, f"p-{at}") for at in range(size)}
    lines = [event.to_json() for events in left.values() for event in events]
    random.shuffle(lines)
    expected = [alert for alert in rehearse(lines, POLICY).alerts if alert.of_group]

    live = Live()
    most = random.choice([5, 60, 500])
    while left:
        patient = random.choice(list(left))
        some, left[patient] = left[patient][:most], left[patient][most:]
        live.hear(patient, some)
        if not left[patient]:
            del left[patient]
        if random.random() < 0.7 or patient not in left:
            live.tell(patient)
    for patient in live.patients:
        live.tell(patient)

    assert sorted(one.alert_id for one in live.raised) == sorted(one.alert_id for one in expected)
    whole = gather(GROUP, GroupRecord(), live.group.members.values(), POLICY)
    assert pack_group(replace(whole.record, raised=())) == pack_group(replace(live.group, raised=()))
    assert {one.alert_id: one.evidence for one in whole.signals} == {one.alert_id: one.evidence for one in expected}


def test_the_order_of_lines_and_copies_change_nothing() -> None:
    random = Random(1)
    events = [event for at in range(6) for event in a_member(random, f"p-{at}")]
    lines = [event.to_json() for event in events]
    mixed = lines * 2
    random.shuffle(mixed)
    once, again = rehearse(lines, POLICY), rehearse(mixed, POLICY)
    assert once.alerts == again.alerts
    assert [alert.rule for alert in once.alerts].count("group.deterioration") >= 1
