import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from streams.adapters.accounts import (
    LOCKED_FOR,
    TRIES_FROM_ANYWHERE,
    TRIES_FROM_ONE_ADDRESS,
    Account,
    Accounts,
    Refusal,
    Role,
    generated_password,
)
from streams.errors import Rejected

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)
PASSWORD = "a long enough one"  # noqa: S105 - of nobody


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    kept = Accounts(tmp_path / "accounts.sqlite", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    kept.add("dana", Role.ON_CALL, PASSWORD)
    return kept


def try_in(
    accounts: Accounts, password: str, *, name: str = "dana", source: str = "10.0.0.1", now: datetime = NOW
) -> Account | Refusal:
    return accounts.sign_in(name, password, source=source, now=now)


def test_the_right_password_gives_the_account(accounts: Accounts) -> None:
    found = try_in(accounts, PASSWORD)
    assert isinstance(found, Account)
    assert (found.name, found.role) == ("dana", Role.ON_CALL)
    assert found == accounts.find("dana")


@pytest.mark.parametrize("name", ["dana", "nobody", "", "dana' OR 1=1 --"])
def test_a_wrong_password_and_an_unknown_name_look_the_same(accounts: Accounts, name: str) -> None:
    assert try_in(accounts, "something else", name=name) is Refusal.WRONG


def test_the_password_is_nowhere_in_the_file(accounts: Accounts, tmp_path: Path) -> None:
    try_in(accounts, "wrong password!", name="typed in the wrong field")
    kept = (tmp_path / "accounts.sqlite").read_bytes()
    for secret in (PASSWORD, "wrong password!", "typed in the wrong field", "10.0.0.1"):
        assert secret.encode() not in kept


def test_only_its_user_can_read_the_file(accounts: Accounts, tmp_path: Path) -> None:
    assert accounts.all()
    assert stat.S_IMODE((tmp_path / "accounts.sqlite").stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["dana", "nobody"])
def test_an_address_that_guesses_is_locked_out_even_with_the_right_password(accounts: Accounts, name: str) -> None:
    for _ in range(TRIES_FROM_ONE_ADDRESS):
        assert try_in(accounts, "guess guess guess", name=name) is Refusal.WRONG
    assert try_in(accounts, PASSWORD, name=name) is Refusal.LOCKED


def test_somebody_elses_guesses_lock_nobody_out_until_they_are_many(accounts: Accounts) -> None:
    for number in range(TRIES_FROM_ANYWHERE - 1):
        try_in(accounts, "guess guess guess", source=f"10.0.1.{number}")
    assert isinstance(try_in(accounts, PASSWORD), Account)
    try_in(accounts, "guess guess guess", source="10.0.2.1")
    assert try_in(accounts, PASSWORD) is Refusal.LOCKED


def test_the_lock_opens_after_its_time(accounts: Accounts) -> None:
    for _ in range(TRIES_FROM_ONE_ADDRESS):
        try_in(accounts, "guess guess guess")
    later = NOW + LOCKED_FOR
    assert try_in(accounts, PASSWORD, now=later - timedelta(seconds=1)) is Refusal.LOCKED
    assert isinstance(try_in(accounts, PASSWORD, now=later), Account)


def test_guesses_at_the_same_time_are_counted_one_by_one(accounts: Accounts) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: try_in(accounts, "guess guess guess"), range(16)))
    assert answers.count(Refusal.WRONG) == TRIES_FROM_ONE_ADDRESS


def test_signing_in_forgets_the_failures_before_it(accounts: Accounts) -> None:
    for _ in range(3 * TRIES_FROM_ONE_ADDRESS):
        assert try_in(accounts, "guess guess guess") is Refusal.WRONG
        assert isinstance(try_in(accounts, PASSWORD), Account)


@pytest.mark.parametrize(
    ("name", "password", "field"),
    [("dana", PASSWORD, "name"), ("no/slash", PASSWORD, "name"), ("", PASSWORD, "name"), ("lee", "short", "password")],
)
def test_what_cannot_be_an_account_is_refused(accounts: Accounts, name: str, password: str, field: str) -> None:
    with pytest.raises(Rejected) as refused:
        accounts.add(name, Role.LEAD, password)
    assert refused.value.field == field
    assert [account.name for account in accounts.all()] == ["dana"]


def test_an_account_made_anew_has_another_stamp(accounts: Accounts) -> None:
    before = accounts.find("dana")
    assert accounts.remove("dana")
    assert not accounts.remove("dana")
    assert accounts.find("dana") is None
    assert accounts.add("dana", Role.ON_CALL, PASSWORD) != before


def test_made_up_passwords_are_long_enough_and_differ(accounts: Accounts) -> None:
    first, second = generated_password(), generated_password()
    assert first != second
    assert accounts.add("lee", Role.LEAD, first)
