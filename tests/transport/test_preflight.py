from pathlib import Path

import pytest

from streams.errors import Misconfigured
from streams.transport import build_app
from streams.transport.preflight import find_problems


def problems(found: dict[str, int], changelog: str | None = None) -> list[str]:
    return find_problems(found, inputs=["in", "more"], outputs=["out"], changelog=changelog, partitions=4)


def test_nothing_is_wrong() -> None:
    assert problems({"in": 4, "more": 4, "out": 1, "log": 4, "other": 9}, changelog="log") == []


def test_a_changelog_may_be_made_later() -> None:
    assert problems({"in": 4, "more": 4, "out": 1}, changelog="log") == []


def test_each_problem_is_named() -> None:
    assert problems({"in": 3, "more": 4, "log": 2}, changelog="log") == [
        "topic out does not exist",
        "topic in has 3 partitions, not 4",
        "topic log has 2 partitions, not 4",
    ]


def test_several_topics_without_a_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="table"):
        build_app("x", bootstrap="b:1", topics=["a", "b"], job=None, state_dir=tmp_path, partitions=1, table=False)
