import pytest
from typer.testing import CliRunner

from streams.cli import app
from streams.topics import TOPICS


@pytest.mark.kafka
def test_create_then_list(kafka: str) -> None:
    made = CliRunner().invoke(app, ["topics", "create", "--kafka", kafka])
    assert made.exit_code == 0, made.output
    again = CliRunner().invoke(app, ["topics", "create", "--kafka", kafka])
    assert again.stdout == f"0 made, {len(TOPICS)} were there\n"
    listed = CliRunner().invoke(app, ["topics", "list", "--kafka", kafka])
    assert all(topic.name in listed.stdout for topic in TOPICS)
    assert "missing" not in listed.stdout
