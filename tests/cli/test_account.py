import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.adapters.accounts import Accounts, Role
from streams.cli.account import app
from streams.errors import Rejected
from streams.settings import settings


@pytest.fixture
def accounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Accounts]:
    monkeypatch.setenv("IPT_PULSE_HOME", str(tmp_path))
    settings.cache_clear()
    yield Accounts(tmp_path / "accounts.sqlite")
    settings.cache_clear()


def run(*arguments: str, typed: str = "") -> str:
    return CliRunner().invoke(app, list(arguments), input=typed, catch_exceptions=False).output


def test_a_made_up_password_is_printed_once_and_works(accounts: Accounts) -> None:
    printed = run("add", "dana", "--role", "on_call", "--generate")
    password = re.search(r"shown only now: (\S+)", printed)
    assert password is not None
    now = datetime.now(UTC)
    assert accounts.sign_in("dana", password[1], source="", now=now) == accounts.find("dana")
    assert password[1] not in run("list")


def test_a_typed_password_is_not_shown(accounts: Accounts) -> None:
    printed = run("add", "lee", "--role", "lead", typed="a long enough one\n" * 2)
    assert "a long enough one" not in printed
    found = accounts.find("lee")
    assert found is not None
    assert found.role is Role.LEAD


def test_list_and_remove(accounts: Accounts) -> None:
    accounts.add("sam", Role.THERAPIST, "a long enough one")
    sam = accounts.find("sam")
    assert sam is not None
    assert run("list") == f"sam\ttherapist\t{sam.id}\t-\t-\tby password\n"
    run("remove", "sam")
    assert accounts.all() == ()
    with pytest.raises(Rejected):
        run("remove", "sam")


def test_where_there_is_nobody_yet_it_says_how_to_add_one(accounts: Accounts) -> None:
    assert accounts.all() == ()
    assert "account add NAME" in run("list")


def test_care_teams_and_zone_are_kept_and_the_id_is_told(accounts: Accounts) -> None:
    printed = run("add", "dana", "--role", "on_call", "--team", "clinic", "--zone", "Europe/Berlin", "--generate")
    dana = accounts.find("dana")
    assert dana is not None
    assert (dana.teams, dana.zone) == (("clinic",), "Europe/Berlin")
    assert f"id: {dana.id}." in printed
    assert "dana" not in dana.id


@pytest.mark.parametrize(("option", "value", "field"), [("--team", "nowhere", "team"), ("--zone", "Mars/Base", "zone")])
def test_a_team_or_zone_that_there_is_not_is_refused(accounts: Accounts, option: str, value: str, field: str) -> None:
    with pytest.raises(Rejected) as refused:
        run("add", "dana", "--role", "lead", option, value, "--generate")
    assert refused.value.field == field
    assert accounts.find("dana") is None
