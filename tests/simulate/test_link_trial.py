from collections import Counter

from streams.simulate.link_trial import DAYS, EVENTS, LIFTS, LOWERS, trial_patient


def test_the_trial_plants_what_it_says() -> None:
    patient = trial_patient(1, 0)
    counts = Counter(event.cell for event in patient.events)
    assert len(set(patient.cells)) == 8
    assert [patient.effects[cell] for cell in (0, 4)] == [LOWERS, LIFTS]
    assert sum(effect == 0 for effect in patient.effects) == 6
    assert counts[0] == counts[4] == EVENTS
    assert min(counts.values()) >= 6


def test_the_same_seed_and_number_give_the_same_patient() -> None:
    assert trial_patient(1, 7) == trial_patient(1, 7)
    assert trial_patient(1, 7) != trial_patient(1, 8)


def test_reports_are_in_order_and_on_the_scale() -> None:
    hours, moods = zip(*trial_patient(1, 0).reports, strict=True)
    assert list(hours) == sorted(hours)
    assert all(0 <= mood <= 10 for mood in moods)
    assert hours[-1] < DAYS * 24


def test_shuffling_moves_events_to_other_days_and_leaves_moods_alone() -> None:
    plain, shuffled = trial_patient(1, 3), trial_patient(1, 3, shuffled=True)
    assert shuffled.reports == plain.reports
    assert Counter(event.cell for event in shuffled.events) == Counter(event.cell for event in plain.events)
    before = sorted(round(event.hour % 24, 6) for event in plain.events)
    assert sorted(round(event.hour % 24, 6) for event in shuffled.events) == before
    assert [event.hour for event in shuffled.events] != [event.hour for event in plain.events]


def test_unpleasant_cells_follow_low_moods_pleasant_ones_high_moods_and_two_follow_most() -> None:
    before: dict[int, list[float]] = {1: [], 3: [], 5: []}
    for number in range(40):
        patient = trial_patient(2, number)
        usual = sum(mood for _, mood in patient.reports) / len(patient.reports)
        for event in patient.events:
            heard = [mood for hour, mood in patient.reports if 0 < event.hour - hour < 3]
            if event.cell in before and heard:
                before[event.cell].append(heard[-1] - usual)
    most, unpleasant, pleasant = (sum(moods) / len(moods) for moods in before.values())
    assert most < unpleasant - 0.15
    assert unpleasant < -0.2
    assert pleasant > 0.2


def test_without_a_pull_what_does_nothing_follows_no_mood() -> None:
    before = []
    for number in range(40):
        patient = trial_patient(2, number, pull=0.0)
        usual = sum(mood for _, mood in patient.reports) / len(patient.reports)
        for event in patient.events:
            heard = [mood for hour, mood in patient.reports if 0 < event.hour - hour < 3]
            before += [heard[-1] - usual] if heard and event.cell in {1, 2, 3} else []
    assert abs(sum(before) / len(before)) < 0.15
