"""Any line of the audit that is flipped, taken out or put in shows, wherever it stands."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.audit import AuditDeed, AuditEntry, Deed
from streams.core.trail import START, End, Fault, breaks, chained, end_of, ends, hash_of

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)

deeds = st.builds(
    AuditDeed,
    at=st.integers(0, 10_000).map(lambda seconds: NOW + timedelta(seconds=seconds, microseconds=seconds)),
    who=st.sampled_from(["u-1", "u-2", None]),
    deed=st.sampled_from(Deed),
    page=st.sampled_from(["/patients/{patient}", "/inbox", None]),
    patient=st.sampled_from(["p-1", "p-2", None]),
    care_teams=st.sampled_from([(), ("north",), ("north", "south")]),
    glass=st.booleans(),
)


def chain(told: list[AuditDeed], writer: str = "w-1") -> list[AuditEntry]:
    end, entries = START, []
    for deed in told:
        entries.append(chained(deed, writer, end))
        end = end_of(entries[-1])
    return entries


chains = st.lists(deeds, min_size=1, max_size=12).map(chain)


def through_kafka(entry: AuditEntry) -> AuditEntry:
    return AuditEntry.model_validate_json(entry.model_dump_json(exclude_none=True))


@given(chains, chains.map(lambda entries: chain([AuditDeed(**dict(one)) for one in entries], "w-2")), st.randoms())
def test_whole_chains_hold_in_any_order_and_with_copies(
    one: list[AuditEntry], other: list[AuditEntry], chance: st.DataObject
) -> None:
    entries = [through_kafka(entry) for entry in (*one, *other, *one[:2])]
    chance.shuffle(entries)
    assert breaks(entries) == []
    assert ends(entries) == {"w-1": end_of(one[-1]), "w-2": end_of(other[-1])}
    assert breaks(entries, ends(entries)) == []


@given(chains, st.data())
def test_a_line_that_is_taken_out_shows(entries: list[AuditEntry], data: st.DataObject) -> None:
    known = ends(entries)
    gone = data.draw(st.integers(0, len(entries) - 1))
    found = breaks(entries[:gone] + entries[gone + 1 :], known)
    # At the end it takes to know where the chain ended; everywhere else the chain itself tells.
    assert [(one.number, one.fault) for one in found] == [
        (gone + 1, Fault.MISSING if gone < len(entries) - 1 else Fault.CUT)
    ]


@given(chains, st.data())
def test_a_line_in_which_anything_is_flipped_shows(entries: list[AuditEntry], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    said = json.loads(entries[at].model_dump_json(exclude_none=True))
    field = data.draw(st.sampled_from(sorted(said.keys() - {"writer", "number"})))
    said[field] = {
        "at": "2020-01-01T00:00:00Z",
        "care_teams": ["elsewhere"],
        "glass": not said["glass"],
        "deed": "looked" if said["deed"] != "looked" else "acted",
        "hash": "f" * 64,
        "before": "e" * 64,
    }.get(field, "another")
    changed = AuditEntry.model_validate_json(json.dumps(said))
    found = breaks([*entries[:at], changed, *entries[at + 1 :]])
    assert at + 1 in {one.number for one in found}
    # And beside the true one it is a second one of its number.
    assert (at + 1, Fault.TWO) in {(one.number, one.fault) for one in breaks([*entries, changed])}


@given(chains, st.data())
def test_whoever_writes_a_line_and_its_hash_anew_breaks_the_next_one(
    entries: list[AuditEntry], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(entries) - 1))
    forged = entries[at].model_copy(update={"patient": "p-somebody-else"})
    forged = forged.model_copy(update={"hash": hash_of(forged)})
    known = ends(entries)
    found = breaks([*entries[:at], forged, *entries[at + 1 :]], known)
    last = at == len(entries) - 1
    assert [(one.number, one.fault) for one in found] == [
        (at + 1, Fault.ANOTHER) if last else (at + 2, Fault.UNCHAINED)
    ]


@given(chains, deeds)
def test_a_line_put_in_shows(entries: list[AuditEntry], deed: AuditDeed) -> None:
    slipped = chained(deed, "w-1", End(entries[0].number, "0" * 64))
    found = breaks([*entries, slipped], ends(entries))
    assert {one.number for one in found} == {2}


def test_a_chain_that_is_gone_altogether_is_missed_by_those_who_know_it() -> None:
    assert [str(one) for one in breaks([], {"w-1": End(3, "a" * 64)})] == [
        "w-1: number 1 is missing: the chain was cut off after the one before"
    ]


def test_a_forged_entry_of_any_number_is_told_in_one_line_and_hides_nothing() -> None:
    (first,) = chain([AuditDeed(at=NOW, deed=Deed.LOOKED)])
    forged = chained(AuditDeed(at=NOW, deed=Deed.LOOKED), "w-1", End(2**53 - 2, "a" * 64))
    changed = first.model_copy(update={"patient": "p-1"})
    assert [str(one) for one in breaks([changed, through_kafka(forged)])] == [
        "w-1: number 1 was changed",
        "w-1: number 2 is missing (and all up to 9007199254740990)",
    ]
    with pytest.raises(ValidationError):  # no database has room for such a number: readers pass the record over
        AuditEntry.model_validate_json(forged.model_dump_json(exclude_none=True).replace(str(2**53 - 1), str(2**64)))


@pytest.mark.parametrize("secret", ["Anna Berg", "0176 1234567"])
def test_a_field_of_a_later_version_counts_too(secret: str) -> None:
    (entry,) = chain([AuditDeed(at=NOW, deed=Deed.LOOKED)])
    said = json.loads(entry.model_dump_json(exclude_none=True)) | {"x": secret}
    more = AuditEntry.model_validate_json(json.dumps(said))
    assert [one.fault for one in breaks([more])] == [Fault.CHANGED]
