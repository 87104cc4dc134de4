"""Repairs change what they say, and show nobody's private text."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from streams.cli.rejected.filed import Place
from streams.cli.rejected.repair import decoded, edited, merge, patched, without_plain_text
from streams.cli.rejected.repair_files import read_edited, read_patch, write_editable
from streams.errors import Misconfigured, Rejected
from tests.cli.rejected.samples import filed

SEALED = {"key": "1", "text": "c2VhbGVk"}


# The examples of RFC 7396, appendix A.
@pytest.mark.parametrize(
    ("target", "patch", "merged"),
    [
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_a_merge_patch_does_what_its_rfc_says(target: Any, patch: Any, merged: Any) -> None:
    assert merge(target, patch) == merged


def test_a_patch_says_whose_it_is_only_if_it_names_the_subject() -> None:
    assert not patched({"data": {"mood": 5}}).says_whose
    assert patched({"subject": "p-2"}).says_whose
    assert json.loads(patched({"data": {"mood": 5}}).change(filed(b'{"data": {"mood": "5"}, "id": "x"}')) or b"") == {
        "data": {"mood": 5},
        "id": "x",
    }


@pytest.mark.parametrize("value", [None, b"", b"{", b"\xff", b'{"a": 1, "a": 2}', b'{"d": {"9": 0, "9": 3}}'])
def test_what_is_no_json_or_says_something_twice_is_not_guessed(value: bytes | None) -> None:
    with pytest.raises(Rejected, match="cannot be repaired"):
        decoded(value)


def test_plain_text_is_taken_out_and_sealed_text_stays() -> None:
    event = {
        "id": "e",
        "time": "2026-06-01T10:00:00Z",
        "data": {
            "mood": "5",
            "note": "canary",
            "label": SEALED,
            "patterns": ["silence"],
            "items": {"9": 3, "8": "canary"},
            "comment": "canary",
            "comments": ["canary", {"text": "canary"}],
            "prompt": {"id": "x"},
        },
    }
    assert without_plain_text(event) == {
        "id": "e",
        "time": "2026-06-01T10:00:00Z",
        "data": {
            "mood": "5",
            "label": SEALED,
            "patterns": ["silence"],
            "items": {"9": 3},
            "comments": [{}],
            "prompt": {"id": "x"},
        },
    }


def test_what_was_written_to_be_edited_is_read_again_and_is_the_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "edit.ndjson"
    found = [
        filed(b'{"data": {"mood": "5"}}', offset=1),
        filed(b'{"data": {"note": "canary"}}', offset=2),
        filed(b"{", offset=3),
    ]
    assert write_editable(file, found) == {"written": 2, "without their plain text": 1, "cannot be edited": 1}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "canary" not in file.read_text()
    file.write_text(file.read_text().replace('"5"', "5"))
    events = read_edited(file)
    assert events == {Place(0, 1): {"data": {"mood": 5}}, Place(0, 2): {"data": {}}}
    assert edited(events).change(found[0]) == b'{"data":{"mood":5}}'
    assert edited(events).says_whose


@pytest.mark.parametrize("line", ["{", "[]", '{"at": "0/1"}', '{"event": {}}', '{"at": 1, "event": {}}'])
def test_a_line_that_is_no_edited_event_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "edit.ndjson"
    file.write_text('{"at": "0/1", "event": {}}\n' + line)
    with pytest.raises(Misconfigured, match="line 2"):
        read_edited(file)


@pytest.mark.parametrize("text", ["{", "[]", '"x"', "null"])
def test_a_patch_that_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "patch.json"
    file.write_text(text)
    with pytest.raises(Misconfigured):
        read_patch(file)
