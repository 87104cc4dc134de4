from streams.cli.bench.history import DISTINCT, history_record, history_records
from streams.core.packed import unpack
from streams.core.policy import Policy

POLICY = Policy(version="test")


def test_a_past_has_three_check_ins_an_interaction_and_a_questionnaire_a_week() -> None:
    state = unpack(*history_record(8, POLICY, 2)).state
    kinds = [type(known).__name__ for known in state.open]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "MoodEntry": 26,
        "InteractionEntry": 8,
        "ScoreEntry": 1,
    }


def test_pasts_differ_and_are_the_same_each_time() -> None:
    records = history_records(2, 3, POLICY)
    assert len(set(records)) == 3
    assert records == history_records(2, 3, POLICY)


def test_more_patients_than_pasts_share_them() -> None:
    records = history_records(0, DISTINCT + 2, POLICY)
    assert len(records) == DISTINCT + 2
    records = history_records(1, 5, POLICY, distinct=3)
    assert records[3:] == records[:2]
    assert history_record(1, POLICY) == records[0]
