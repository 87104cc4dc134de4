"""Patients' keys, and the sealing of notes and labels with them.

The gateway seals before Kafka; the console opens for the care team; nobody else holds a key. Each patient has a key of
their own, so that destroying it makes everything they wrote unreadable wherever it lies. The keys are wrapped by a
master key in a file of its own.
"""

import sqlite3
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from schemas.events import AnyEvent
from schemas.events.sealed import Sealed
from schemas.privacy import PRIVATE_FIELDS
from streams.adapters.secret_files import secret_database, secret_file
from streams.errors import Misconfigured, Rejected, Unavailable

KEY_BYTES = 32
NONCE_BYTES = 12
CACHED_KEYS = 200_000
VERSION = "1"

_SCHEMA = """
CREATE TABLE IF NOT EXISTS patient_keys (
    patient TEXT NOT NULL,
    version TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (patient, version)
) WITHOUT ROWID
"""


class Vault:
    """The patients' keys: `load` reads the disk, so it belongs off the event loop; `seal` and `unseal` only compute."""

    def __init__(self, folder: Path) -> None:
        """Open the vault in `folder`, or make one.

        Raises:
            Misconfigured: the folder cannot be used, or the master key is gone while there are keys it wraps.
        """
        self._database = folder / "vault.sqlite"
        master = folder / "vault-master.key"
        if self._database.exists() and not master.exists():
            raise Misconfigured(f"{master} is gone: restore it, or what was sealed stays unreadable")
        self._master = AESGCMSIV(secret_file(master, lambda: token_bytes(KEY_BYTES)))
        secret_database(self._database, _SCHEMA)
        self._keys: dict[str, AESGCMSIV] = {}

    def missing(self, patients: Collection[str]) -> set[str]:
        """Those of `patients` whose keys are not at hand; `load` them first."""
        return {patient for patient in patients if patient not in self._keys}

    def load(self, patients: Collection[str]) -> None:
        """Read the keys of `patients` from the disk; a patient without one gets one.

        Raises:
            Unavailable: the database cannot be read or written now.
            Misconfigured: the master key is not the one that wrapped a key.
        """
        try:
            with closing(sqlite3.connect(self._database, timeout=10)) as database, database:
                keys = {patient: self._stored_or_new(database, patient) for patient in patients}
        except sqlite3.Error as error:
            raise Unavailable(f"the vault cannot be used: {error}") from error
        while len(self._keys) + len(keys) > CACHED_KEYS and self._keys:
            self._keys.pop(next(iter(self._keys)), None)
        self._keys.update(keys)

    def seal(self, event: AnyEvent) -> AnyEvent:
        """`event` with its private text sealed. A copy of the event gives the same bytes, so that it stays a copy.

        Raises:
            Rejected: a text is sealed already, but not by this patient's key for this event.
            KeyError: the patient's key was not loaded.
        """
        sealed: dict[str, Sealed] = {}
        for name in PRIVATE_FIELDS[event.type]:
            text = getattr(event.data, name)
            if isinstance(text, str):
                sealed[name] = self._seal(event, name, text)
            elif text is not None:
                self._unseal(event, name, text)
        return _with_data(event, sealed)

    def unseal(self, event: AnyEvent) -> AnyEvent:
        """`event` with its private text in plain.

        Raises:
            Rejected: a text was not sealed by this patient's key for this event.
            KeyError: the patient's key was not loaded.
        """
        values = ((name, getattr(event.data, name)) for name in PRIVATE_FIELDS[event.type])
        return _with_data(
            event, {name: self._unseal(event, name, value) for name, value in values if isinstance(value, Sealed)}
        )

    def _seal(self, event: AnyEvent, field: str, text: str) -> Sealed:
        place = _place(event, field)
        # A nonce that is a function of the place makes copies equal; in GCM-SIV a repeated nonce tells no more than
        # that two texts at one place are the same.
        nonce = blake2b(place, digest_size=NONCE_BYTES).digest()
        ciphertext = self._keys[event.subject].encrypt(nonce, text.encode(), place)
        return Sealed(key=VERSION, text=urlsafe_b64encode(nonce + ciphertext).rstrip(b"=").decode())

    def _unseal(self, event: AnyEvent, field: str, sealed: Sealed) -> str:
        key = self._keys[event.subject]
        try:
            raw = urlsafe_b64decode(sealed.text + "=" * (-len(sealed.text) % 4))
            return key.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _place(event, field)).decode()
        except (InvalidTag, ValueError) as error:
            raise Rejected(f"data.{field}", "was not sealed by this patient's key for this event") from error

    def _stored_or_new(self, database: sqlite3.Connection, patient: str) -> AESGCMSIV:
        label = orjson.dumps([patient, VERSION])
        nonce = token_bytes(NONCE_BYTES)
        fresh = nonce + self._master.encrypt(nonce, token_bytes(KEY_BYTES), label)
        # Another gateway may be first: whoever is, all read the same key back.
        database.execute("INSERT OR IGNORE INTO patient_keys VALUES (?, ?, ?)", (patient, VERSION, fresh))
        query = "SELECT wrapped FROM patient_keys WHERE patient = ? AND version = ?"
        (wrapped,) = database.execute(query, (patient, VERSION)).fetchone()
        try:
            return AESGCMSIV(self._master.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], label))
        except InvalidTag as error:
            raise Misconfigured("the vault's master key is not the one that wrapped the patients' keys") from error


def _place(event: AnyEvent, field: str) -> bytes:
    """Where a text stands; sealed text that was moved to another place does not open."""
    return orjson.dumps([event.subject, event.source, event.id, field])


def _with_data(event: AnyEvent, changes: dict[str, Sealed] | dict[str, str]) -> AnyEvent:
    if not changes:
        return event
    return event.model_copy(update={"data": event.data.model_copy(update=changes)})
