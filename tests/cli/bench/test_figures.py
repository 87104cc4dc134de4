import pytest

from streams.cli.bench.figures import milliseconds, percentile


@pytest.mark.parametrize(("share", "value"), [(0, 1), (1, 1), (50, 50), (50.5, 51), (99, 99), (99.5, 100), (100, 100)])
def test_a_percentile_is_the_smallest_value_that_enough_do_not_exceed(share: float, value: int) -> None:
    assert percentile(list(range(100, 0, -1)), share) == value


def test_of_one_value_every_percentile_is_that() -> None:
    assert [percentile([7], share) for share in (0, 50, 100)] == [7, 7, 7]


def test_milliseconds() -> None:
    assert milliseconds(0.01234) == 12.3
