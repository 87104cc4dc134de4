"""The folder of a backup: small files, each compressed, sealed if somebody is named who may open it, and summed.

Its owner alone may enter. The manifest comes last, with a sum of its own beside it.
"""

import gzip
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pyrage
from pydantic import ValidationError

from streams.adapters.secret_files import write_private
from streams.cli.backup.manifest import VERSION, Entry, Manifest
from streams.errors import Misconfigured

MANIFEST = "manifest.json"
SUM = "manifest.sha256"
LEVEL = 1
"""Of gzip: records are JSON, and more would take longer than the disk."""


class NewFolder:
    """A backup that is being written."""

    def __init__(self, path: Path, recipients: tuple[str, ...]) -> None:
        """Begin one in an empty folder, for those who have the keys of `recipients` (age).

        Raises:
            Misconfigured: the folder holds something or cannot be made, or a recipient is none.
        """
        self._path = path
        self._recipients = [_recipient(one) for one in recipients]
        self._entries: list[Entry] = []
        try:
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if any(path.iterdir()):
                raise Misconfigured(f"{path} is not empty: each backup has a folder of its own")
            path.chmod(0o700)
        except OSError as error:
            raise Misconfigured(f"cannot write a backup to {path}: {error.strerror}") from error

    @property
    def sealed(self) -> bool:
        """Whether only somebody with a key can open it."""
        return bool(self._recipients)

    def add(self, path: str, content: bytes, records: int = 1) -> None:
        """Keep `content` under a path within the folder."""
        stored = gzip.compress(content, LEVEL, mtime=0)
        if self._recipients:
            stored = pyrage.encrypt(stored, self._recipients)
        place = self._path / path
        try:
            for folder in reversed(Path(path).parents[:-1]):
                (self._path / folder).mkdir(exist_ok=True, mode=0o700)
        except OSError as error:
            raise Misconfigured(f"cannot write {place}: {error.strerror}") from error
        write_private(place, stored)
        self._entries.append(Entry(path=path, sha256=sha256(stored).hexdigest(), records=records))

    def finish(self, manifest: Manifest) -> str:
        """Write the manifest, and return its sum: who notes it down elsewhere knows later that nothing was changed."""
        told = manifest.model_copy(update={"entries": tuple(self._entries)}).model_dump_json(indent=1).encode()
        summed = sha256(told).hexdigest()
        write_private(self._path / SUM, summed.encode())
        draft = self._path / f".{MANIFEST}"
        write_private(draft, told)
        os.sync()  # all of it lies on the disk before it says that it is whole
        draft.rename(self._path / MANIFEST)
        return summed


class Folder:
    """A backup that is there."""

    def __init__(self, path: Path, *, identity: Path | None = None, expected: str | None = None) -> None:
        """Look at a backup.

        Args:
            path: the folder.
            identity: file with the key (age) that opens a sealed one.
            expected: the sum that was told when it was made.

        Raises:
            Misconfigured: it is unfinished or damaged, of another version, or sealed for somebody else.
        """
        self._path = path
        told = self._manifest(expected)
        try:
            self.manifest = Manifest.model_validate_json(told)
        except ValidationError as error:
            raise Misconfigured(f"{path / MANIFEST} is no manifest that this version reads") from error
        if self.manifest.version != VERSION:
            raise Misconfigured(f"{path} is of version {self.manifest.version}; this software reads {VERSION}")
        self._identities = _identities(identity) if self.manifest.sealed else []
        if self.manifest.sealed and not self._identities:
            raise Misconfigured(f"{path} is sealed: name the file with its key by --identity")

    def check(self) -> Iterator[int]:
        """Read every file; yields how many were well so far.

        Raises:
            Misconfigured: a file is missing, has other content, or is not in the manifest; or the key opens none.
        """
        entries = self.manifest.entries
        known = {entry.path for entry in entries} | {MANIFEST, SUM}
        there = {str(file.relative_to(self._path)) for file in self._path.rglob("*") if file.is_file()}
        if strange := sorted(there - known):
            raise Misconfigured(f"{self._path} holds {strange[0]}, which is not in its manifest")
        for count, entry in enumerate(entries, 1):
            self.read(entry)
            yield count

    def below(self, path: str) -> list[Entry]:
        """The files whose paths begin so, in the order in which they were written."""
        return [entry for entry in self.manifest.entries if entry.path.startswith(f"{path}/")]

    def read(self, entry: Entry) -> bytes:
        """The content of a file.

        Raises:
            Misconfigured: it is missing, damaged, or sealed for somebody else.
        """
        place = self._path / entry.path
        try:
            stored = place.read_bytes()
        except OSError as error:
            raise Misconfigured(f"the backup is damaged: {entry.path} cannot be read ({error.strerror})") from error
        if sha256(stored).hexdigest() != entry.sha256:
            raise Misconfigured(f"the backup is damaged: {entry.path} is not what was written")
        if self._identities:
            try:
                stored = pyrage.decrypt(stored, self._identities)
            except pyrage.DecryptError as error:
                raise Misconfigured("the backup is sealed for another key than the one of --identity") from error
        return gzip.decompress(stored)

    def _manifest(self, expected: str | None) -> bytes:
        try:
            told, summed = (self._path / MANIFEST).read_bytes(), (self._path / SUM).read_text().strip()
        except OSError:
            raise Misconfigured(f"{self._path} is no backup, or an unfinished one: it has no manifest") from None
        found = sha256(told).hexdigest()
        if found != summed:
            raise Misconfigured(f"the backup is damaged: {MANIFEST} is not what was written")
        if expected is not None and found != expected.strip().lower():
            raise Misconfigured(f"this is another backup than the one with the sum {expected}: it has {found}")
        return told


def _recipient(text: str) -> pyrage.x25519.Recipient:
    try:
        return pyrage.x25519.Recipient.from_str(text.strip())
    except pyrage.RecipientError as error:
        raise Misconfigured(f"--recipient: {text!r} is none of age (age1…)") from error


def _identities(file: Path | None) -> list[pyrage.x25519.Identity]:
    """The keys in a file as `age-keygen` writes it."""
    if file is None:
        return []
    found = []
    try:
        for line in file.read_text().splitlines():
            with suppress(pyrage.IdentityError):
                found.append(pyrage.x25519.Identity.from_str(line.strip()))
    except OSError as error:
        raise Misconfigured(f"--identity: cannot read {file}: {error.strerror}") from error
    if not found:
        raise Misconfigured(f"--identity: {file} holds no key of age (AGE-SECRET-KEY-…)")
    return found
