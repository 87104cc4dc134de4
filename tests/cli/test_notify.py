"""`ipt-pulse notify test`: what is said of each channel, and how it ends."""

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from streams.cli import app
from streams.settings import settings
from tests.fake_pager import FakePager, always

SHIPPED = Path(__file__).parents[2] / "deploy" / "policy"


def run(*words: str, **environment: str) -> Result:
    settings.cache_clear()
    told = {f"IPT_PULSE_{name}": value for name, value in environment.items()}
    try:
        return CliRunner().invoke(app, ["notify", "test", *words], env=told)
    finally:
        settings.cache_clear()


def signed(pager: FakePager) -> dict[str, str]:
    return {"PAGER_URL": pager.url, "PAGER_SECRET": "s"}


def test_a_test_message_goes_to_the_recipients_channels_and_says_what_it_is() -> None:
    with FakePager() as pager:
        result = run("--to", "on_call", **signed(pager))
    assert (result.exit_code, result.stdout) == (0, "webhook: taken\n")
    [received] = pager.received
    assert (received.json["test"], received.json["recipient"]) == (True, "on_call")
    assert "alerts" not in received.json["link"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "on_call"), "webhook: not taken: HTTP 403\n"),
        (
            ("--to", "on_call", "--channel", "email"),
            "email: not taken: it is not set up; docs/alerts.md says by which settings\n",
        ),
    ],
)
def test_what_was_not_taken_is_told_with_its_reason(words: tuple[str, ...], said: str) -> None:
    with FakePager(always(403)) as pager:
        result = run(*words, **signed(pager))
    assert (result.exit_code, result.stdout) == (1, said)


def test_who_reads_the_inbox_alone_cannot_be_tried() -> None:
    result = run("--to", "therapist")
    assert result.exit_code == 1
    assert "no channel for therapist, only for" in result.output
    assert "inbox" in result.output


def test_a_channel_that_there_is_not_is_told_with_those_that_there_are() -> None:
    result = run("--to", "on_call", "--channel", "sms")
    assert result.exit_code == 1
    assert "there is no channel sms" in result.output
    assert "webhook" in result.output


def test_a_person_of_the_rota_is_tried_by_the_ways_of_the_word_they_stand_for(tmp_path: Path) -> None:
    policy = shutil.copytree(SHIPPED, tmp_path / "policy")
    rota = 'rota: {rotation: {people: [ada], first: 2026-01-05, days: 7, hand_over: "08:00"}}'
    text = (policy / "rota.yaml").read_text()
    (policy / "rota.yaml").write_text(text.replace("zone: UTC", f"zone: UTC\n    {rota}"))
    with FakePager() as pager:
        result = run("--to", "ada", POLICY=str(policy), **signed(pager))
    assert (result.exit_code, result.stdout) == (0, "webhook: taken\n")
    assert [one.json["recipient"] for one in pager.received] == ["ada"]
