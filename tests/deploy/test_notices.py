from pathlib import Path

import pytest

from deploy.local.doctor import examine
from deploy.local.notices import PAGER, notices
from streams.adapters.accounts import Role, generated_password, local_accounts
from streams.settings import Settings


def test_what_is_lacking_is_said_until_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(PAGER, raising=False)
    pager, account = notices(tmp_path)
    assert "inbox only" in pager
    assert "IPT_PULSE_PAGER_SECRET" in pager
    assert f"IPT_PULSE_HOME={tmp_path} ipt-pulse account add NAME" in account
    monkeypatch.setenv(PAGER, "http://127.0.0.1:9/page")
    local_accounts(Settings(home=tmp_path)).add("dana", Role.THERAPIST, generated_password())
    assert notices(tmp_path) == []


@pytest.mark.parametrize(("url", "lacks"), [("", True), ("http://127.0.0.1:9/page", False)])
def test_the_doctor_notes_a_missing_pager(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, lacks: bool
) -> None:
    monkeypatch.setenv(PAGER, url)
    finding = next(one for one in examine(tmp_path) if one.about == "Pager")
    assert bool(finding.todo) is lacks
    assert not finding.is_broken
