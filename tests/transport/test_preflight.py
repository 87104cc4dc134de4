import asyncio
from pathlib import Path

import pytest

from streams.errors import Misconfigured, Unavailable
from streams.transport import build_app, preflight
from streams.transport.preflight import check_topics, find_problems


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


async def test_a_try_that_hangs_holds_up_none_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As those do that were begun while the broker was frozen."""
    tries: list[int] = []

    async def look(_bootstrap: str, _within_s: float) -> tuple[dict[str, int], str]:
        tries.append(len(tries))
        if len(tries) < 3:
            await asyncio.Event().wait()
        if len(tries) == 3:
            raise Unavailable("no brokers yet")
        return {"in": 4}, "cluster"

    monkeypatch.setattr(preflight, "AGAIN", 0.02)
    monkeypatch.setattr(preflight, "_look", look)
    found = await check_topics("b:1", inputs=["in"], outputs=[], changelog=None, partitions=4)
    assert (found, tries) == ("cluster", [0, 1, 2, 3])
    assert len(asyncio.all_tasks()) == 1


async def test_a_broker_that_stays_away_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("AGAIN", 0.02), ("PATIENCE", 0.1)):
        monkeypatch.setattr(preflight, name, seconds)
    with pytest.raises(Unavailable, match="does not answer"):
        await check_topics("127.0.0.1:1", inputs=[], outputs=[], changelog=None, partitions=4)


def test_several_topics_without_a_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="table"):
        build_app("x", bootstrap="b:1", topics=["a", "b"], job=None, state_dir=tmp_path, partitions=1, table=False)
