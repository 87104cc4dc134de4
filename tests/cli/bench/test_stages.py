import time

from streams.cli.bench.stages import ELSEWHERE, Sampler


def busy(cpu_s: float) -> None:
    end = time.process_time() + cpu_s
    while time.process_time() < end:
        pass


def outer() -> None:
    busy(0.05)


def never() -> None:
    """Not called."""


def test_time_counts_for_the_outermost_stage_that_runs() -> None:
    sampler = Sampler({"outer": [outer], "inner": [busy], "never": [never]})
    with sampler:
        outer()
    shares = sampler.shares()
    assert shares.keys() == {"outer", "inner", "never", ELSEWHERE}
    assert shares["outer"] > 0.5
    assert shares["inner"] == shares["never"] == 0


def test_what_is_in_no_stage_is_elsewhere_and_nothing_is_met_after_leaving() -> None:
    sampler = Sampler({"never": [never]})
    assert sampler.shares() == {"never": 0, ELSEWHERE: 0}
    with sampler:
        busy(0.05)
    assert sampler.shares() == {"never": 0, ELSEWHERE: 1}
    met = sampler._met.copy()
    busy(0.02)
    assert sampler._met == met
