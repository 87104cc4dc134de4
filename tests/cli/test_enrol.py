"""`ipt-pulse enrol` as an operator types it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from streams.adapters.tokens import IMPORT, WRITE, Tokens
from streams.adapters.tokens_devices import Devices
from streams.cli.enrol import enrol
from streams.errors import Rejected
from streams.settings import settings

NOW = datetime.now(UTC)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("IPT_PULSE_HOME", str(tmp_path))
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()


def _run(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(enrol)
    return CliRunner().invoke(app, arguments)


def test_a_code_for_a_patient(home: Path) -> None:
    result = _run("p-1")
    assert result.exit_code == 0, result.output
    grant = Devices(home).redeem(result.stdout.strip(), NOW)
    assert (grant.subject, grant.scope) == ("p-1", WRITE)


def test_a_token_for_a_back_end(home: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    result = _run("--operator", "records-office", "--days", "2")
    grant = Tokens(home / "keys").verify(result.stdout.strip(), NOW)
    assert (grant.subject, grant.scope) == ("records-office", IMPORT)
    assert before <= grant.expires - timedelta(days=2) <= datetime.now(UTC)
    assert Tokens(home / "keys").verify(_run("--operator").stdout.strip(), NOW).subject == "operator"


def test_tokens_are_taken_back_by_name(home: Path) -> None:
    grant = Tokens(home / "keys").verify(_run("--operator", "records-office").stdout.strip(), NOW)
    code = _run("p-1").stdout.strip()
    assert "1 token taken back" in _run("records-office", "--revoke").stderr
    assert Devices(home).is_revoked(grant.id)
    assert "0 tokens taken back" in _run("p-1", "--revoke").stderr
    with pytest.raises(Rejected):
        Devices(home).redeem(code, NOW)


@pytest.mark.parametrize("arguments", [(), ("two words",), ("p,patient=q",), ("x" * 65,)])
def test_a_name_that_cannot_be_a_pseudonym_is_refused(arguments: tuple[str, ...]) -> None:
    assert isinstance(_run(*arguments).exception, Rejected)


def test_a_missing_name_is_named() -> None:
    assert "NAME is missing" in str(_run().exception)


def test_the_code_alone_is_printed_and_what_to_do_with_it_is_said_beside() -> None:
    result = _run("p-1")
    assert len(result.stdout.split()) == 1
    assert "POST /v1/devices" in result.stderr
