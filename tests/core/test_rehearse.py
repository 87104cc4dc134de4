import pytest

from streams.core.moments import micros
from streams.core.rehearse import Rehearsal, rehearse
from tests.core.builders import POLICY, at, check_in, heartbeat, interaction, phq9, raw, safety


def told(rehearsal: Rehearsal) -> list[tuple[str, str]]:
    return [(alert.patient, alert.rule) for alert in rehearsal.alerts]


def low_spell(patient: str = "p-1", days: int = 40) -> list[bytes]:
    moods = [(day + hour / 24, 8 if day < days - 2 else 1) for day in range(days) for hour in (9, 13, 19)]
    return [check_in(day, mood, subject=patient).to_json() for day, mood in moods]


def test_nothing_is_nothing() -> None:
    assert rehearse([], POLICY) == Rehearsal([], [], [], 0, [])
    assert rehearse([b"\n", b"\r\n", b"  \n"], POLICY) == Rehearsal([], [], [], 0, [])


def test_a_day_is_judged_once_the_newest_event_of_anybody_lies_after_it() -> None:
    calm = [check_in(day + hour / 24, 8).to_json() for day in range(40) for hour in (9, 19)]
    fallen = [check_in(40 + hour / 24, 0).to_json() for hour in range(8, 16)]
    assert told(rehearse(calm + fallen, POLICY)) == []
    assert told(rehearse([*calm, *fallen, heartbeat(40.999, subject="p-2").to_json()], POLICY)) == []
    [alert] = rehearse([*calm, *fallen, heartbeat(41, subject="p-2").to_json()], POLICY).alerts
    assert micros(alert.raised_at) == micros(heartbeat(41).time)


def test_alerts_come_in_time_order_over_patients_and_rules() -> None:
    lines = low_spell("p-2") + low_spell("p-1", 60) + [safety(5, subject="p-9").to_json()]
    lines += [phq9(30, 5, item9=1, subject="p-1").to_json(), check_in(70, 5, subject="p-2").to_json()]
    alerts = rehearse(lines, POLICY).alerts
    assert [alert.raised_at for alert in alerts] == sorted(alert.raised_at for alert in alerts)
    assert {alert.rule for alert in alerts} == {"deterioration.mood", "safety.item9", "safety.contact", "silence"}


def test_a_copy_counts_once_and_safety_goes_by_its_first_receipt() -> None:
    copies = [phq9(1, 3, item9=1, receivedat=at(day)).to_json() for day in (4, 2, 3)]
    rehearsal = rehearse(copies, POLICY)
    assert (rehearsal.events, rehearsal.rejected) == (1, [])
    [alert] = rehearsal.alerts
    assert alert.raised_at == heartbeat(2).time


def test_copies_received_at_one_instant_in_two_offsets_read_the_same_in_any_order() -> None:
    here, there = (safety(1, receivedat=at(2, offset)).to_json() for offset in (0, 120))
    one, other = (rehearse(lines, POLICY).alerts[0].model_dump_json() for lines in ([here, there], [there, here]))
    assert one == other


def test_of_two_contents_one_stands_the_other_is_rejected_and_safety_sees_both() -> None:
    calm, alarming = phq9(1, 3, item9=0, id="same"), phq9(1, 4, item9=2, id="same")
    for lines in ([calm, alarming], [alarming, calm]):
        rehearsal = rehearse([said.to_json() for said in lines], POLICY)
        assert (rehearsal.events, len(rehearsal.rejected)) == (1, 1)
        assert told(rehearsal) == [("p-1", "safety.item9")]
        assert len(rehearsal.points) == 1
    twice = rehearse([phq9(1, 3, item9=1, id="same").to_json(), alarming.to_json()], POLICY)
    assert told(twice) == [("p-1", "safety.item9")]


def test_one_id_of_two_patients_or_sources_is_two_events() -> None:
    lines = [safety(1, id="x", subject="p-1"), safety(1, id="x", subject="p-2"), safety(1, id="x", source="app/2")]
    rehearsal = rehearse([said.to_json() for said in lines], POLICY)
    assert rehearsal.events == 3
    assert len({alert.alert_id for alert in rehearsal.alerts}) == 3


def test_nothing_is_late_in_a_file() -> None:
    rehearsal = rehearse([check_in(day, 5).to_json() for day in (400, 3, 90)], POLICY)
    assert [line.split(",")[0] for line in rehearsal.points] == ["mood"] * 3


def test_links_come_from_the_whole_file() -> None:
    lines = [check_in(day / 4, 5).to_json() for day in range(400)]
    lines += [interaction(day + 0.1, person="b", kind="support").to_json() for day in range(0, 100, 9)]
    links = rehearse(lines, POLICY).links
    assert {(link.patient, link.cell.person, link.cell.kind, link.cell.pattern, link.n) for link in links} == {
        ("p-1", "b", "support", None, 12),
        ("p-1", None, "support", None, 12),
        ("p-1", None, None, "silence", 12),
    }


GARBAGE = [
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"\xff\xfe\x00",
    b"\x00",
    b"[" * 100_000,
    b'{"specversion":"1.0"}',
    raw("nobody-knows.v1", 1, {}),
    raw("check-in.v1", 1, {"mood": 11}),
    raw("check-in.v1", 1, {"mood": "5"}),
    raw("check-in.v1", 1, {"mood": True}),
    raw("check-in.v1", 1, {"mood": None}),
    raw("check-in.v1", 1, {"mood": float("nan")}),
    raw("check-in.v1", 1, {"mood": float("inf")}),
    raw("check-in.v1", 1, {"mood": 10**400}),
    raw("check-in.v1", 1, {"mood": 5}).replace(b": 5}", b": 1" + b"0" * 5000 + b"}"),
    raw("check-in.v1", 1, {"mood": 5}, time="2026-06-01T10:00:00"),
    raw("check-in.v1", 1, {"mood": 5}, time="0001-01-01T00:00:00+14:00"),
    raw("check-in.v1", 1, {"mood": 5}, time="9999-12-31T23:59:59-12:00"),
    raw("check-in.v1", 1, {"mood": 5}, receivedat="9999-12-31T23:59:59-12:00"),
    raw("check-in.v1", 1, {"mood": 5}, time=1_780_000_000),
    raw("check-in.v1", 1, {"mood": 5}, time="2026-02-30T10:00:00Z"),
    raw("check-in.v1", 1, {"mood": 5}, id="nul\0"),
    raw("check-in.v1", 1, {"mood": 5}, id="\ud800"),
    raw("check-in.v1", 1, {"mood": 5}, subject="../p"),
    raw("check-in.v1", 1, {"mood": 5}, subject=None),
    raw("interaction.v1", 1, {"person_id": "a", "kind": "conflict", "valence": 1, "patterns": ["silence"] * 100_000}),
    raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"10": 0}}),
    raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"9": 4}}),
    raw("questionnaire.v1", 1, {"instrument": "PHQ-8", "items": {"1": 0}}),
    raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {}}),
    raw("heartbeat.v1", 1, {"queued": 10**30}),
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
def test_what_cannot_be_read_is_rejected_with_a_reason_and_its_neighbours_count(garbage: bytes) -> None:
    before, after = check_in(1.5, 5).to_json(), check_in(2.5, 5).to_json()
    rehearsal = rehearse([before, garbage, after], POLICY)
    assert (rehearsal.events, len(rehearsal.points)) == (2, 2)
    [rejection] = rehearsal.rejected
    assert rejection.reason


CALL_BESIDE = {"instrument": "PHQ-9", "items": {"1": 7, "9": 1}}


def test_a_call_for_help_in_a_rejected_line_is_an_alert_and_its_correction_the_same() -> None:
    wrong = raw("questionnaire.v1", 1, CALL_BESIDE, id="q", receivedat=at(2))
    whole = phq9(1, 3, item9=1, id="q", receivedat=at(3)).to_json()
    seen = set()
    for lines in ([wrong], [wrong, wrong], [wrong, whole], [whole, wrong, whole]):
        rehearsal = rehearse(lines, POLICY)
        assert len(rehearsal.rejected) == lines.count(wrong)
        assert told(rehearsal) == [("p-1", "safety.item9")]
        [alert] = rehearsal.alerts
        assert alert.raised_at == heartbeat(2).time
        seen.add(alert.model_dump_json())
    assert len(seen) == 1


def test_of_an_item_answered_twice_any_answer_calls_and_none_counts() -> None:
    line = raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": {"9": 0}})
    twice = line.replace(b'{"9": 0}', b'{"9": 2, "9": 0}')
    rehearsal = rehearse([twice], POLICY)
    assert (rehearsal.events, len(rehearsal.rejected), rehearsal.points) == (0, 1, [])
    assert told(rehearsal) == [("p-1", "safety.item9")]
    assert told(rehearse([line.replace(b'{"9": 0}', b'{"9": 0, "9": 0}')], POLICY)) == []


def test_a_button_with_an_unusable_field_calls_and_a_wrong_time_is_taken_for_now() -> None:
    long = raw("safety.v1", 1, {"kind": "wants_contact", "note": "n" * 9_000})
    undated = raw("safety.v1", 1, {"kind": "crisis"}, time="soon", id="u")
    rehearsal = rehearse([long, undated, check_in(5, 5).to_json()], POLICY)
    assert [(alert.evidence["kind"], alert.raised_at) for alert in rehearsal.alerts] == [
        ("wants_contact", heartbeat(1).time),
        ("crisis", heartbeat(5).time),
    ]


ODD = [
    raw("check-in.v1", 1, {"mood": 1e-320, "sleep_hours": -0.0}),
    raw("check-in.v1", 1, {"mood": 5, "future_field": list(range(1000))}, trace="x"),
    raw("check-in.v1", 1, {"mood": 5}, time="1970-01-01T00:00:00-23:59"),
    raw("check-in.v1", 1, {"mood": 5}, time="2199-12-31T00:00:00.123456789+23:59"),
    raw("check-in.v1", 1, {"mood": 5, "note": "\x00 \u2028 \U0001f600"}, id="\u2028" * 256),
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_what_is_odd_but_allowed_counts(odd: bytes) -> None:
    rehearsal = rehearse([odd, check_in(2.5, 5).to_json()], POLICY)
    assert (rehearsal.events, rehearsal.rejected) == (2, [])
