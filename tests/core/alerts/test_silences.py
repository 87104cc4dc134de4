import pytest
from pydantic import ValidationError

from streams.core.alerts import read_silences

ONE = "silences: [{rules: [silence], from: 2026-03-02T09:00:00Z, until: 2026-03-02T10:00:00Z, by: o, reason: r}]"


def test_an_empty_file_has_none() -> None:
    assert read_silences("").silences == read_silences("silences: []").silences == ()
    assert len(read_silences(ONE).silences) == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", by: o", "", "by"),
        (", reason: r", "", "reason"),
        (", until: 2026-03-02T10:00:00Z", "", "until"),
        ("T10:00:00Z", "T09:00:00Z", "ends before it begins"),
        ("until: 2026-03-02T10:00:00Z", "until: 2026-03-02T10:00:00", "timezone"),
        ("[silence]", "[safety.item9]", "cannot be silenced"),
        ("[silence]", "[]", "at least 1"),
    ],
)
def test_a_silence_needs_rules_an_author_a_reason_and_an_end(old: str, new: str, said: str) -> None:
    assert old in ONE
    with pytest.raises(ValidationError, match=said):
        read_silences(ONE.replace(old, new))
