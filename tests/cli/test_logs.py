import logging
from types import SimpleNamespace

import pytest
import structlog

from streams.cli.logs import EVERY_S, REMEMBERED, SaidOnce, configure_logs


@pytest.fixture(autouse=True)
def _restored() -> object:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_one_line_of_keys_and_values_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger("streams.somewhere").info("batch done", records=3)
    out, err = capsys.readouterr()
    assert out == ""
    assert 'event="batch done"' in err
    assert "records=3" in err
    assert "logger=streams.somewhere" in err


def test_libraries_come_out_in_the_same_form(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    logging.getLogger("some.library").warning("slow")
    assert "level=warning" in capsys.readouterr().err


@pytest.mark.parametrize(("debug", "shown"), [(False, False), (True, True)])
def test_debug_is_shown_when_asked(capsys: pytest.CaptureFixture[str], debug: bool, shown: bool) -> None:
    configure_logs(debug=debug)
    structlog.get_logger("x").debug("detail")
    assert ("detail" in capsys.readouterr().err) is shown


@pytest.mark.parametrize("library", ["stamina", "faust", "mode"])
def test_the_steps_of_libraries_are_shown_only_when_asked(capsys: pytest.CaptureFixture[str], library: str) -> None:
    configure_logs()
    logging.getLogger(library).info("step")
    assert "step" not in capsys.readouterr().err
    configure_logs(debug=True)
    logging.getLogger(library).info("step")
    assert "step" in capsys.readouterr().err


def test_arguments_of_retried_calls_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(debug=True)
    structlog.get_logger("stamina").warning("retry", args=("canary",), kwargs={"note": "canary"})
    told = capsys.readouterr().err
    assert "retry" in told
    assert "canary" not in told


def test_what_a_library_says_over_and_over_is_said_once_in_a_while() -> None:
    clock = SimpleNamespace(now=7.0)
    once, said = SaidOnce(lambda: clock.now), list[str]()

    def say(name: str, message: str, *arguments: object) -> None:
        record = logging.LogRecord(name, logging.ERROR, "", 0, message, arguments, None)
        if once.filter(record):
            said.append(record.getMessage())

    for number in range(80):
        say("aiokafka", "cannot reach node %s", number)
        say("streams.transport", "ours")
    say("aiokafka", "something else")
    assert said == ["cannot reach node 0", *["ours"] * 80, "something else"]
    clock.now += EVERY_S
    said.clear()
    say("aiokafka", "cannot reach node %s", 7)
    assert said == ["cannot reach node 7 (and 79 times since it was last said)"]


def test_nothing_is_kept_back_when_all_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(debug=True)
    for _ in range(3):
        logging.getLogger("some.library").warning("slow")
    assert capsys.readouterr().err.count("slow") == 3


def test_what_is_remembered_is_bounded() -> None:
    once = SaidOnce(lambda: 0.0)
    for number in range(3 * REMEMBERED):
        once.filter(logging.LogRecord("some.library", logging.ERROR, "", 0, f"file {number} is gone", (), None))
    assert len(once._said) <= REMEMBERED
