"""Which Kafka the state on disk belongs to: state of another one would be taken for newer than its changelog.

`BatchApp` asks before any database is opened. What is thrown away lies in the changelog, if that Kafka still has one.
"""

import logging
import shutil
from pathlib import Path

log = logging.getLogger(__name__)

MARK = "kafka-cluster"


def keep_only_state_of(cluster: str, state_dir: Path, state: Path) -> None:
    """Delete `state`, a folder in `state_dir`, if it was written for another cluster than `cluster`."""
    mark = state_dir / MARK
    if mark.exists() and mark.read_text(encoding="utf-8") != cluster:
        log.warning("another Kafka than before: the state on disk was not its, and is read anew from its changelog")
        shutil.rmtree(state, ignore_errors=True)
    mark.write_text(cluster, encoding="utf-8")
