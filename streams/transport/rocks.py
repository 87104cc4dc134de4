"""How the table's RocksDB is set up: one for each partition, and one allowance of memory for all that a worker has.

Faust's own options are made for one large database; with one for each partition, what is not shared is had many times.
`table` opens its databases with it, and whoever fills them for it.
"""

from pathlib import Path
from typing import Any, Final

import rocksdict
from faust.stores.rocksdb import RocksDBOptions

MIB: Final = 1024 * 1024
CACHED: Final = 32 * MIB
"""Blocks that were read, of all partitions. What is not here comes from the kernel's cache of files, a copy away."""
UNWRITTEN: Final = 32 * MIB
"""Rows that are not in a file yet, of all partitions: whoever writes then makes a file of theirs."""
WRITE_BUFFER: Final = 16 * MIB
"""The same of one partition."""
OPEN_FILES: Final = 256
BLOCK: Final = 16 * 1024
"""Bytes that are read at once. With four times RocksDB's own, half as much is remembered of where they lie."""
FILTER_BITS: Final = 10
"""Bits a key, by which one of a hundred reads looks into a file that has not got the key."""


class StateOptions(RocksDBOptions):  # type: ignore[misc]
    """The options of all databases of a worker. Make one for each table: databases share what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self._cache = rocksdict.Cache(CACHED)
        self._unwritten = rocksdict.WriteBufferManager(UNWRITTEN, allow_stall=False)

    def open(self, path: Path, *, read_only: bool = False) -> Any:  # noqa: ARG002 -- Faust's signature
        """One partition's database."""
        options = self.as_options()
        # Of a database that is there already, rocksdict takes what is said of column families from its folder, where
        # neither cache nor filter are written down: it had 8 MB and none, unless the one that we use is named.
        return rocksdict.Rdict(str(path), options=options, column_families={"default": options})

    def as_options(self) -> rocksdict.Options:
        """What RocksDB is told."""
        options = rocksdict.Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_max_open_files(OPEN_FILES)
        options.set_write_buffer_manager(self._unwritten)
        options.set_write_buffer_size(WRITE_BUFFER)
        options.set_target_file_size_base(WRITE_BUFFER)
        # Rows of analysis come compressed. To compress them again cost 37 of 87 µs an event at a million patients.
        options.set_compression_type(rocksdict.DBCompressionType.none())
        options.set_block_based_table_factory(self._files())
        return options

    def _files(self) -> rocksdict.BlockBasedOptions:
        files = rocksdict.BlockBasedOptions()
        files.set_block_cache(self._cache)
        files.set_block_size(BLOCK)
        files.set_bloom_filter(FILTER_BITS, block_based=False)
        return files
