import threading
from collections.abc import Iterator

from deploy.local.progress import lines_or_silence, paced


def test_of_lines_that_come_fast_few_are_told() -> None:
    now, told = 0.0, list[str]()
    tell = paced(told.append, pace_s=4, clock=lambda: now)
    for second in range(10):
        now = float(second)
        tell(str(second))
    assert told == ["0", "4", "8"]


def test_a_silence_is_noticed_and_no_line_is_lost() -> None:
    heard = threading.Event()

    def lines() -> Iterator[str]:
        yield "first"
        heard.wait()
        yield "last"

    got = []
    for line in lines_or_silence(lines(), after_s=0.01):
        got.append(line)
        if line is None:
            heard.set()
    assert [line for line in got if line] == ["first", "last"]
    assert None in got
