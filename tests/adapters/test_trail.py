import asyncio
import sqlite3
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.audit import AuditDeed, AuditEntry, Deed
from streams.adapters.producer import Record
from streams.adapters.trail import Chain, Trail
from streams.core.trail import breaks
from streams.errors import Unavailable

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
LOOK = AuditDeed(at=NOW, who="u-1", deed=Deed.LOOKED, page="/patients/{patient}", patient="p-1")
EVER = float("inf")


class Kafka:
    """Takes records, or nothing while it is down."""

    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.down = False

    async def start(self) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def send(self, records: list[Record]) -> None:
        if self.down:
            raise Unavailable
        self.sent += records

    @property
    def entries(self) -> list[AuditEntry]:
        return [AuditEntry.model_validate_json(record.value) for record in self.sent]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trail.sqlite"


@pytest.fixture
def kafka() -> Kafka:
    return Kafka()


@pytest.fixture
def trail(file: Path, kafka: Kafka) -> Trail:
    return Trail(Chain(file), kafka)


async def test_what_is_recorded_is_in_kafka_and_chained(trail: Trail, kafka: Kafka) -> None:
    for _ in range(3):
        await trail.record(LOOK)
    assert [entry.number for entry in kafka.entries] == [1, 2, 3]
    assert breaks(kafka.entries, dict([trail.chain.end()])) == []
    assert {record.key for record in kafka.sent} == {trail.chain.end()[0].encode()}


async def test_a_look_that_kafka_does_not_have_is_refused_and_told_as_withheld(trail: Trail, kafka: Kafka) -> None:
    kafka.down = True
    with pytest.raises(Unavailable):
        await trail.record(LOOK)
    assert kafka.sent == []
    kafka.down = False
    await trail._pay(EVER)
    assert [(entry.deed, entry.patient) for entry in kafka.entries] == [("looked", "p-1"), ("withheld", "p-1")]
    await trail.record(LOOK)
    assert breaks(kafka.entries, dict([trail.chain.end()])) == []


async def test_what_is_noted_never_waits_and_comes_later(trail: Trail, kafka: Kafka) -> None:
    kafka.down = True
    await trail.note(LOOK)
    await asyncio.gather(*trail._late)
    assert kafka.sent == []
    kafka.down = False
    await trail._pay(EVER)
    assert [entry.deed for entry in kafka.entries] == ["looked"]
    await trail._pay(EVER)
    assert len(kafka.sent) == 1  # paid is paid


async def test_a_restart_goes_on_with_the_chain_and_sends_what_is_owed(trail: Trail, file: Path, kafka: Kafka) -> None:
    await trail.record(LOOK)
    kafka.down = True
    await trail.note(LOOK)
    await trail.stop()
    kafka.down = False
    again = Trail(Chain(file), kafka)
    await again.record(LOOK)
    assert [str(one) for one in breaks(kafka.entries)] == [f"{again.chain.end()[0]}: number 2 is missing"]
    assert again.chain.confirmed_end()[1].number == 1
    await again.start()
    await again._pay(EVER)
    await again.stop()
    assert breaks(kafka.entries, dict([again.chain.confirmed_end()])) == []
    assert again.chain.confirmed_end()[1].number == 3


async def test_two_consoles_that_share_the_file_share_the_chain(trail: Trail, file: Path, kafka: Kafka) -> None:
    other = Trail(Chain(file), kafka)
    for one in (trail, other, trail, other):
        await one.record(LOOK)
    assert breaks(kafka.entries) == []
    assert len({entry.writer for entry in kafka.entries}) == 1


async def test_a_disk_that_takes_nothing_refuses_pages_and_keeps_nobody_from_an_alert(
    trail: Trail, kafka: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_deed: AuditDeed) -> AuditEntry:
        raise sqlite3.OperationalError

    monkeypatch.setattr(trail.chain, "add", full)
    with pytest.raises(Unavailable):
        await trail.record(LOOK)
    await trail.note(LOOK)
    assert kafka.sent == []


def test_words_stay_here_and_their_hash_tells_nothing_about_them(trail: Trail, file: Path) -> None:
    chain = trail.chain
    told, again = chain.keep_words("p-1", "Her mother rang."), chain.keep_words("p-1", "Her mother rang.")
    assert told != again  # salted: nobody can try words out
    assert chain.words(told) == "Her mother rang."
    with sqlite3.connect(file) as db:
        db.execute("UPDATE words SET words = 'Nothing.' WHERE hash = ?", (told,))
    assert chain.words(told) is None  # changed words are none
    chain.forget("p-1")
    assert chain.words(again) is None
    assert b"mother" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
