from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from streams.settings import settings


@pytest.fixture(autouse=True)
def read_anew() -> Iterator[None]:
    settings.cache_clear()
    yield
    settings.cache_clear()


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ipt_pulse_kafka_password").write_text("from a file\n")
    monkeypatch.setenv("IPT_PULSE_SECRETS_DIR", str(tmp_path))
    assert settings().kafka_password.get_secret_value() == "from a file"


def test_a_variable_goes_before_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ipt_pulse_kafka_password").write_text("from a file")
    monkeypatch.setenv("IPT_PULSE_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("IPT_PULSE_KAFKA_PASSWORD", "from a variable")
    assert settings().kafka_password.get_secret_value() == "from a variable"


def test_a_folder_that_is_not_there_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_PULSE_SECRETS_DIR", str(tmp_path / "none"))
    assert settings().kafka_password.get_secret_value() == ""


def test_a_wrong_value_is_told_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPT_PULSE_KAFKA_MECHANISM", "SCRAM")
    with pytest.raises(ValidationError, match="kafka_mechanism"):
        settings()
