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
    known = mark.read_text(encoding="utf-8") if mark.exists() else ""
    if known == cluster:
        return  # not written again: on a full disk that would leave it empty
    if known:
        log.warning("another Kafka than before: the state on disk was not its, and is read anew from its changelog")
        shutil.rmtree(state, ignore_errors=True)
    mark.write_text(cluster, encoding="utf-8")
