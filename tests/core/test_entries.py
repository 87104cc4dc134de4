import pytest

from streams.core.entries import entry
from streams.core.entry import (
    Entry,
    InteractionEntry,
    LifeEntry,
    MoodEntry,
    SafetyEntry,
    ScoreEntry,
    SymptomEntry,
    UnscoredEntry,
)
from streams.core.moments import micros
from tests.core.builders import at, check_in, event, heartbeat, interaction, life_event, phq9, raw, safety


@pytest.mark.parametrize(("mood", "hundredths"), [(0, 0), (10, 1000), (6.5, 650), (7.333, 733), (1e-320, 0), (-0.0, 0)])
def test_mood_is_kept_in_hundredths(mood: float, hundredths: int) -> None:
    kept = entry(check_in(1.5, mood, offset=120))
    assert isinstance(kept, MoodEntry)
    assert (kept.mood, kept.offset) == (hundredths, 120)
    assert kept.time == micros(check_in(1.5, mood).time)


def test_an_interaction_keeps_each_pattern_once_in_a_fixed_order() -> None:
    data = {"person_id": "b", "kind": "loss", "valence": -3, "patterns": ["silence", "indirect_verbal", "silence"]}
    kept = entry(event(raw("interaction.v1", 1, data)))
    assert isinstance(kept, InteractionEntry)
    assert (kept.person, kept.kind, kept.valence) == ("b", "loss", -3)
    assert kept.patterns == ("indirect_verbal", "silence")


def test_a_questionnaire_keeps_its_total_and_its_event_id() -> None:
    kept = entry(phq9(1, 12, item9=1, id="q-1"))
    assert isinstance(kept, ScoreEntry)
    assert (kept.instrument, kept.total, kept.imputed, kept.event_id) == ("PHQ-9", 1300, 0, "q-1")


def test_what_analysis_has_no_use_for_leaves_only_its_mark() -> None:
    assert type(entry(heartbeat(1))) is Entry


@pytest.mark.parametrize(("item9", "flagged"), [(0, False), (1, True), (3, True)])
def test_that_the_safety_item_was_positive_is_kept_and_no_answer(item9: int, flagged: bool) -> None:
    kept = entry(phq9(1, 3, item9=item9))
    assert isinstance(kept, ScoreEntry)
    assert kept.unsafe is flagged


@pytest.mark.parametrize(("items", "flagged"), [({"9": 3}, True), ({"9": 0}, False), ({"2": 3}, False)])
def test_of_an_unfinished_questionnaire_the_items_left_out_are_kept(items: dict[str, int], flagged: bool) -> None:
    kept = entry(event(raw("questionnaire.v1", 1, {"instrument": "PHQ-9", "items": items})))
    assert isinstance(kept, UnscoredEntry)
    assert kept.missing == tuple(str(item) for item in range(1, 10) if str(item) not in items)
    assert kept.unsafe is flagged


@pytest.mark.parametrize("kind", ["wants_contact", "crisis"])
def test_of_a_button_its_kind_is_kept(kind: str) -> None:
    kept = entry(safety(1, kind))
    assert isinstance(kept, SafetyEntry)
    assert kept.kind == kind


@pytest.mark.parametrize(
    ("symptoms", "counts"),
    [
        ({"binge": 2, "purge": 0}, (2, 0, None)),
        ({"restrict": 99}, (None, None, 99)),
        ({"binge": 0}, (0, None, None)),
    ],
)
def test_symptoms_are_kept_as_said_and_absent_is_not_zero(symptoms: dict[str, int], counts: tuple[int | None]) -> None:
    kept = entry(check_in(1, 5, symptoms=symptoms, id="c-1"))
    assert isinstance(kept, SymptomEntry)
    assert (kept.mood, kept.counts, kept.event_id) == (500, counts, "c-1")


@pytest.mark.parametrize("symptoms", [None, {}, {"binge": None}])
def test_a_check_in_without_symptoms_is_a_mood_alone(symptoms: dict[str, int] | None) -> None:
    assert type(entry(check_in(1, 5, symptoms=symptoms))) is MoodEntry


@pytest.mark.parametrize(
    ("kind", "stage", "named"),
    [("support", None, False), ("conflict", None, True), ("support", "impasse", True), ("violence", None, True)],
)
def test_an_interaction_keeps_its_event_id_where_a_finding_may_name_it(kind: str, stage: str, named: bool) -> None:
    kept = entry(interaction(1, kind=kind, stage=stage, id="i-1"))
    assert isinstance(kept, InteractionEntry)
    assert (kept.stage, kept.event_id) == (stage or "", "i-1" if named else "")


def test_a_life_event_keeps_its_kind_and_its_day() -> None:
    kept = entry(life_event(1, "1970-01-11", "move"))
    assert isinstance(kept, LifeEntry)
    assert (kept.kind, kept.date) == ("move", 10)


def test_no_note_no_answer_and_no_other_field_is_kept() -> None:
    note = {"key": "k1", "text": "c2VhbGVk"}
    kept = entry(event(raw("check-in.v1", 1, {"mood": 5, "affects": {"sad": 9}, "sleep_hours": 3, "note": note})))
    assert kept.__struct_fields__ == ("time", "mark", "fingerprint", "offset", "mood")


def test_how_it_was_received_changes_nothing() -> None:
    plain, received = check_in(1, 5), check_in(1, 5, receivedat=at(3), history=True)
    assert entry(plain) == entry(received)
