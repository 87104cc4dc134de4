from pathlib import Path

import pytest

from streams.cli.importing.mapping import read_mapping
from streams.cli.importing.shipped import find_mapping, shipped_mappings
from streams.errors import Misconfigured


@pytest.mark.parametrize("name", shipped_mappings())
def test_a_csv_is_recognised_by_its_columns(tmp_path: Path, name: str) -> None:
    file = tmp_path / "data.csv"
    file.write_text(",".join([*read_mapping(shipped_mappings()[name]).columns, "one_more"]))
    assert find_mapping(None, file).name == name


def test_a_mapping_by_name_or_by_file(tmp_path: Path, mapping_file: Path) -> None:
    assert find_mapping("fried2021", tmp_path / "any.csv").name == "fried2021"
    assert find_mapping(str(mapping_file), tmp_path / "any.csv").name == "made-up"


def test_a_csv_that_nobody_knows(csv_file: Path) -> None:
    with pytest.raises(Misconfigured, match="none of the mappings that ship fit"):
        find_mapping(None, csv_file)


def test_a_name_that_ships_nowhere_lists_what_does(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"nosuch is no file.*fried2021"):
        find_mapping("nosuch", tmp_path / "any.csv")
