from pathlib import Path

import pytest

from streams.adapters.care_teams import FILE, CareTeams, read_care_teams
from streams.errors import Misconfigured

TWO = """
teams:
  - {id: north, name: North clinic, users: [{login: th-1, email: th-1@clinic.example}]}
  - {id: south, name: South clinic, users: [{login: lead, email: lead@clinic.example, role: Editor}]}
operators: [{login: op-1, email: op-1@clinic.example}]
"""


def read(folder: Path, text: str) -> CareTeams:
    (folder / FILE).write_text(text)
    return read_care_teams(folder)


def test_the_one_that_ships_has_none() -> None:
    assert read_care_teams().ids == ()


def test_a_policy_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert read_care_teams(tmp_path).ids == ()
    assert read(tmp_path, "").ids == ()


def test_teams_with_their_users(tmp_path: Path) -> None:
    found = read(tmp_path, TWO)
    assert found.ids == ("north", "south")
    assert [(user.login, user.role) for team in found.teams for user in team.users] == [
        ("th-1", "Viewer"),
        ("lead", "Editor"),
    ]
    assert [user.login for user in found.operators] == ["op-1"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TWO.replace("south", "north"), "one id"),
        (TWO.replace("South clinic", "North clinic"), "one name"),
        (TWO.replace("id: north", "id: North"), "teams.0.id"),
        (TWO.replace("id: north", "id: _operations"), "teams.0.id"),
        (TWO.replace("id: north", "id: refused"), "no team can be called refused"),
        (TWO.replace("th-1@clinic.example", "nowhere"), "email"),
        (TWO.replace("role: Editor", "role: Admin"), "role"),
        (TWO.replace("name: North", "nmae: North"), "nmae"),
        ("teams: {", "cannot be read"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        read(tmp_path, text)
