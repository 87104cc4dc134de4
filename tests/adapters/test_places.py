import pytest

from streams.adapters.places import HERE, OPERATIONS, bucket_of, headers_for, place_of, places


@pytest.mark.parametrize(
    ("place", "bucket"), [(HERE, "ipt"), ("north", "ipt-north"), (OPERATIONS, "ipt_operations"), ("a-b", "ipt-a-b")]
)
def test_each_place_has_a_bucket(place: str, bucket: str) -> None:
    assert bucket_of("ipt", place) == bucket


@pytest.mark.parametrize("place", [HERE, "north", OPERATIONS])
def test_a_record_says_whose_it_is(place: str) -> None:
    assert place_of(headers_for(place)) == place


def test_other_headers_say_nothing() -> None:
    assert place_of([("reason", b"x")]) == HERE
    assert headers_for(None) == ()
    assert place_of([("place", b"\xff")]) not in {HERE, "north"}


def test_one_team_on_its_own_needs_one_bucket() -> None:
    assert places(()) == (HERE,)
    assert places(["north", "south"]) == (HERE, OPERATIONS, "north", "south")
