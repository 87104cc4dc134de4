from importlib.resources import files
from pathlib import Path

import pytest
from streams.adapters.routes import load_routes

from streams.errors import Misconfigured

SHIPPED = (files("deploy") / "policy" / "routes.yaml").read_text(encoding="utf-8")


def test_the_routes_that_ship_can_be_loaded() -> None:
    assert load_routes().version


def test_a_folder_of_ones_own_is_read(tmp_path: Path) -> None:
    (tmp_path / "routes.yaml").write_text(SHIPPED.replace("version: routes-1", "version: ours"))
    assert load_routes(tmp_path).version == "ours"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("on_call: webhook", "on_call: pigeon", "pigeon"),
        ("give_up_minutes: 3", "give_up_minutes: -3", "give_up_minutes"),
        ("ladders:", "ladders: [", "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SHIPPED
    (tmp_path / "routes.yaml").write_text(SHIPPED.replace(old, new))
    with pytest.raises(Misconfigured, match=said):
        load_routes(tmp_path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_routes(tmp_path)
