import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from streams.cli.bench.contenders import CONTENDERS, OTHERS, OURS
from streams.cli.bench.report import show_shares, show_throughput
from streams.cli.bench.stopwatch import Result
from streams.cli.bench.throughput import compare, summary
from streams.errors import Misconfigured


def run(events: int, cpu_s: float) -> Result:
    return Result(events=events, cpu_s=cpu_s, wall_s=2 * cpu_s, rss_mb=100.4, ready_s=1)


EVENTS = 8_000
"""So many that a sampler meets the analysis of those that are looked at: a quarter, some hundredths of a second."""


def tiny(bootstrap: str, folder: Path, *, against: tuple[str, ...] = (), processes: int = 1) -> dict[str, list[Result]]:
    return compare(
        bootstrap,
        against=against,
        events=EVENTS,
        patients=200,
        history=2,
        rounds=1,
        processes=processes,
        folder=folder,
        say=lambda _: None,
    )


def test_medians_of_the_rounds_are_compared_by_cpu() -> None:
    measured = summary(
        {
            "ours-noop": [run(400, 1.0), run(100, 1.0), run(300, 1.0)],
            "ours-full": [run(100, 2.0)],
            "ours-full-x2": [run(90, 2.0)],
            "stock-faust-noop": [run(10, 2.0), run(10, 1.0)],
        }
    )
    assert measured["contenders"]["ours-noop"] == {"events_per_cpu_s": 300, "events_per_s": 150, "rss_mb": 100}
    assert measured["ratios"] == {"stock-faust-noop": 6.25}


def test_the_table_shows_the_spread_and_how_our_full_job_compares(capsys: pytest.CaptureFixture[str]) -> None:
    show_throughput({"ours-full": [run(4_000, 2.0), run(1_000, 1.0), run(6_000, 2.0)], "quix": [run(500, 1.0)]})
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("|")
    ]
    assert rows[2:] == [
        ["ours-full", "2,000", "1,000 - 3,000", "1,000", "100", "1.0"],
        ["quix", "500", "500 - 500", "250", "100", "4.0"],
    ]


def test_where_the_time_went_is_told_by_event_if_somebody_looked(capsys: pytest.CaptureFixture[str]) -> None:
    show_shares({"ours-full": [run(1_000, 2.0)]})
    assert capsys.readouterr().out == ""
    show_shares({"ours-profiled": [replace(run(1_000, 0.2), shares={"analysing": 0.75, "elsewhere": 0.25})]})
    said = capsys.readouterr().out
    assert re.findall(r"analysing +\| +150.0 ", said)
    assert re.findall(r"elsewhere +\| +50.0 ", said)


def test_what_cannot_be_run_is_said_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="no such contender: x"):
        tiny("nowhere:1", tmp_path, against=("x",))
    with pytest.raises(Misconfigured, match="4 partitions cannot be shared evenly by 3"):
        tiny("nowhere:1", tmp_path, processes=3)


def test_the_contract_s_contenders_are_there() -> None:
    assert OURS == ("ours-noop", "ours-full")
    assert {*OTHERS} == {"stock-faust-noop", "stock-faust", "confluent", "quix"}


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.timeout(600)  # eight processes on a busy machine
def test_a_round_of_everybody_on_a_real_broker(kafka: str, tmp_path: Path) -> None:
    results = tiny(kafka, tmp_path, against=(*OTHERS, "ours-profiled"), processes=2)
    assert results.keys() == {*CONTENDERS, "ours-full-x2"}
    for name, (result,) in results.items():
        share = CONTENDERS[name.removesuffix("-x2")].share
        assert result.events >= EVENTS * share
        assert result.cpu_s > 0
        assert result.rss_mb > 10
    [profiled] = results["ours-profiled"]
    assert sum(profiled.shares.values()) == pytest.approx(1)
    assert profiled.shares["analysing"] > 0
    assert json.loads(json.dumps(summary(results)))["ratios"].keys() == {*OTHERS}
