from streams.core import calm
from streams.core.detect import answering, fall, mood
from streams.core.links import forecast, sums
from streams.core.warm import warm_up
from tests.core.builders import POLICY


def test_everything_that_is_compiled_has_been_called() -> None:
    warm_up(POLICY)
    compiled = [
        one
        for module in (answering, calm, fall, forecast, mood, sums)
        for one in vars(module).values()
        if hasattr(one, "py_func")
    ]
    assert len({one.py_func.__name__ for one in compiled}) == 18
    outermost = [answering.too_many, mood.compared, calm.closing, calm.take_in_calmly, sums.add_up]
    assert all(one.signatures for one in outermost)  # type: ignore[attr-defined]
