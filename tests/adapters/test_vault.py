"""Sealing: equal for copies, different for everything else, and readable only with the right key in the right place."""

from pathlib import Path

import orjson
import pytest

from schemas.events import AnyEvent
from schemas.events.sealed import PLAIN_LIMIT, Sealed
from schemas.reading import Accepted, read_event
from streams.adapters import vault as vault_module
from streams.adapters.vault import Vault
from streams.errors import Misconfigured, Rejected


def checkin(note: object = "a note", **changes: str) -> AnyEvent:
    base = {"specversion": "1.0", "id": "e-1", "source": "app/1", "type": "check-in.v1", "subject": "p-1"}
    built = base | {"time": "2026-11-20T21:03:00Z", "data": {"mood": 6, "note": note}} | changes
    outcome = read_event(orjson.dumps(built))
    assert isinstance(outcome, Accepted)
    return outcome.event


def _vault(folder: Path) -> Vault:
    vault = Vault(folder)
    vault.load({"p-1", "p-2"})
    return vault


def test_a_note_comes_back_from_the_disk(tmp_path: Path) -> None:
    sealed = _vault(tmp_path).seal(checkin())
    assert isinstance(sealed.data.note, Sealed)
    assert _vault(tmp_path).unseal(sealed) == checkin()


def test_copies_are_equal_across_restarts(tmp_path: Path) -> None:
    first = _vault(tmp_path).seal(checkin()).to_json()
    assert _vault(tmp_path).seal(checkin()).to_json() == first


@pytest.mark.parametrize("change", [{"id": "e-2"}, {"source": "app/2"}, {"subject": "p-2"}])
def test_the_same_note_elsewhere_looks_different(tmp_path: Path, change: dict[str, str]) -> None:
    vault = _vault(tmp_path)
    assert vault.seal(checkin(**change)).data.note != vault.seal(checkin()).data.note


@pytest.mark.parametrize("change", [{"id": "e-2"}, {"source": "app/2"}, {"subject": "p-2"}])
def test_sealed_text_that_was_moved_does_not_open(tmp_path: Path, change: dict[str, str]) -> None:
    vault = _vault(tmp_path)
    moved = checkin(vault.seal(checkin()).data.note.model_dump(), **change)
    for use in (vault.unseal, vault.seal):
        with pytest.raises(Rejected) as refused:
            use(moved)
        assert refused.value.field == "data.note"


def test_every_bit_counts(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    text = vault.seal(checkin()).data.note.text
    for place in range(len(text) - 1):
        other = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(Rejected):
            vault.unseal(checkin({"key": "1", "text": other}))


def test_without_private_text_nothing_changes(tmp_path: Path) -> None:
    event = checkin(None)
    assert _vault(tmp_path).seal(event) is event


def test_the_longest_note_fits_once_sealed(tmp_path: Path) -> None:
    sealed = _vault(tmp_path).seal(checkin("😀" * PLAIN_LIMIT))
    again = read_event(sealed.to_json())
    assert isinstance(again, Accepted)
    assert again.event == sealed


def test_another_vault_cannot_open_it(tmp_path: Path) -> None:
    sealed = _vault(tmp_path / "a").seal(checkin())
    with pytest.raises(Rejected):
        _vault(tmp_path / "b").unseal(sealed)


def test_two_gateways_share_the_keys(tmp_path: Path) -> None:
    one, other = Vault(tmp_path), Vault(tmp_path)
    one.load({"p-1"})
    other.load({"p-1"})
    assert other.unseal(one.seal(checkin())) == checkin()


def test_keys_are_at_hand_once_loaded_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_module, "CACHED_KEYS", 3)
    vault = Vault(tmp_path)
    assert vault.missing({"p-1"}) == {"p-1"}
    for patient in ("p-1", "p-2", "p-3", "p-4"):
        vault.load({patient})
    assert vault.missing(["p-1", "p-2", "p-3", "p-4"]) == {"p-1"}


def test_no_key_lies_open_on_the_disk(tmp_path: Path) -> None:
    vault = _vault(tmp_path)
    stored = (tmp_path / "vault.sqlite").read_bytes()
    sealed = vault.seal(checkin())
    (tmp_path / "vault-master.key").write_bytes(bytes(32))
    with pytest.raises(Misconfigured, match="master key"):
        Vault(tmp_path).load({"p-1"})
    assert vault.unseal(sealed) == checkin()
    assert (tmp_path / "vault.sqlite").read_bytes() == stored


def test_a_lost_master_key_is_not_replaced(tmp_path: Path) -> None:
    _vault(tmp_path)
    (tmp_path / "vault-master.key").unlink()
    with pytest.raises(Misconfigured, match="is gone"):
        Vault(tmp_path)
    assert not (tmp_path / "vault-master.key").exists()
