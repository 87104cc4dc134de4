from streams.cli.bench.core import STAGES, measure_core
from streams.cli.bench.stages import ELSEWHERE


def test_every_figure_is_there_and_says_of_what() -> None:
    lines: list[str] = []
    measured = measure_core(patients=3, history=16, rounds=2, say=lines.append)
    assert {name: measured[name] for name in ("patients", "history", "rounds")} == {
        "patients": 3,
        "history": 16,
        "rounds": 2,
    }
    assert measured["check_ins_per_cpu_s"] > measured["with_reading_per_cpu_s"] > 0
    assert measured["clock_close_us"] > 0
    assert measured["view"]["us"] > 0
    assert measured["view"]["bytes"] > 100
    assert measured["stages_us"].keys() == {*STAGES, ELSEWHERE}
    assert [line.split(":")[0] for line in lines] == ["fortnight 1", "fortnight 2", "µs a check-in"]


def test_patients_with_a_past_hold_more() -> None:
    def bytes_after(history: int) -> int:
        size: int = measure_core(patients=1, history=history, rounds=1, say=lambda _: None)["state_bytes"]["mean"]
        return size

    assert bytes_after(30) > 2 * bytes_after(0)
