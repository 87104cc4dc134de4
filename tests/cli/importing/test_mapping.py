from pathlib import Path

import pytest

from streams.cli.importing.mapping import read_mapping
from streams.errors import Misconfigured

SHIPPED = sorted(Path("deploy/mappings").glob("*.yaml"))


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_mapping_is_valid_and_named_like_its_file(file: Path) -> None:
    assert read_mapping(file).name == file.stem


def test_some_mappings_ship() -> None:
    assert len(SHIPPED) >= 2


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("name: made-up", "name: made up", "name: String should match"),
        ("zone: Europe/Amsterdam", "zone: Europe/Nowhere", "zone: Value error, no such time zone"),
        ("beep: {", "colour: red, beep: {", "YAML"),
        ("block_minutes: 90", "block_minutes: 0", "beep.block_minutes"),
        ('"07:30"', "10:30", "put the time of day in quotes"),
        ("2020-01-06", "2020-01-07", "starts on a Monday"),
        ("period: part, ", "", "belong together"),
        ("worry: [1, 7], ", "", "`ranges` lacks worry"),
        ("worry: [1, 7]", "worry: [7, 1]", "range of worry is empty"),
        ("instrument: PHQ-9", "instrument: PHQ-99", "unknown instrument; known are PHQ-9"),
        ('"9": p9', '"10": p9', "PHQ-9 has no item 10"),
        ("kind: other", "kind: gossip", "interactions.0.kind"),
        ("minutes_before: 45", "minutes_befor: 45", "interactions.0.minutes_befor: Extra inputs"),
        ("mood: [{column: glad}, {column: sad, reversed: true}]", "mood: []", "check_in.mood"),
    ],
)
def test_a_mistake_is_told_by_where_it_stands(mapping_file: Path, old: str, new: str, told: str) -> None:
    text = mapping_file.read_text()
    assert old in text
    mapping_file.write_text(text.replace(old, new))
    with pytest.raises(Misconfigured) as caught:
        read_mapping(mapping_file)
    assert told.replace("YAML", str(mapping_file)) in str(caught.value)


def test_a_mapping_that_makes_nothing_is_refused(mapping_file: Path) -> None:
    text = mapping_file.read_text()
    mapping_file.write_text(text[: text.index("check_in:")])
    with pytest.raises(Misconfigured, match="makes no events"):
        read_mapping(mapping_file)


def test_a_clock_needs_offsets_that_are_offsets(mapping_file: Path) -> None:
    text = mapping_file.read_text()
    start, end = text.index("time:"), text.index("zone:")
    mapping_file.write_text(text[:start] + "time: {column: at, offsets: {CET: one hour}}\n" + text[end:])
    with pytest.raises(Misconfigured, match="is no UTC offset"):
        read_mapping(mapping_file)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="No such file"):
        read_mapping(tmp_path / "gone.yaml")
