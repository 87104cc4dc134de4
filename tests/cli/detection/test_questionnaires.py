from streams.cli.detection import questionnaires


def test_stable_questionnaires_are_seldom_flagged_and_held_steps_mostly() -> None:
    assert 0.01 < questionnaires.stable_flagged(3, 1000) <= questionnaires.MOST_STABLE
    assert questionnaires.steps_seen(3, 1000) >= questionnaires.LEAST_SEEN
