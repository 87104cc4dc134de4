"""What the README says of files and commands is so."""

import re
import tomllib
from pathlib import Path

from deploy.cli import COMMANDS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
TOP_LEVEL = {
    "streams", "schemas", "deploy", "tests", "docs", "docker-compose.yml", "pyproject.toml", "README.md",
    "Makefile", "CHANGELOG.md", "LICENSE", "uv.lock",
}  # fmt: skip


def table_below(heading: str) -> list[list[str]]:
    """The cells of the table under a heading, without its two head lines."""
    section = README.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_each_place_to_touch_exists() -> None:
    places = [re.findall(r"`([^`]+)`", row[1]) for row in table_below("To change …")]
    assert all(places)
    for place in (place for row in places for place in row):
        assert (ROOT / place).exists(), place


def test_each_package_under_streams_can_be_found_in_the_map() -> None:
    told = " ".join(row[1] for row in table_below("To change …"))
    packages = {path.parent.name for path in (ROOT / "streams").glob("*/__init__.py")}
    untold = {name for name in packages if f"streams/{name}/" not in told}
    assert not untold, "say in the README what to change there"


def test_each_command_exists() -> None:
    known = {command.name for command in COMMANDS}
    rows = [row[0] for row in table_below("By hand")]
    named = {name for row in rows for name in re.findall(r"`(?:ipt-pulse )?([a-z-]+)", row)}
    assert named
    assert named <= known


def test_the_two_commands_are_make_targets() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", README, re.MULTILINE):
        assert f"\n{target}:" in makefile


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_the_top_level_is_as_agreed() -> None:
    tracked = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert tracked - {"var", "dist"} == TOP_LEVEL


def test_the_packages_built_are_the_top_level_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == ["streams", "schemas", "deploy"]
