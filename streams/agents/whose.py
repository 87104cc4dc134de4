"""Whose points a patient's are: of the care team that their episode names. Called by the analysis agent.

Only where a clinic has several teams. Each patient's record is read for it once after a start, and again whenever it
has to be read anyway; what most check-ins take is a look into a dict.
"""

from collections import defaultdict
from collections.abc import Collection

from streams.adapters.places import Headers, headers_for
from streams.core.advance import Advanced
from streams.core.at_once import ReadBodies
from streams.core.packed import unpack
from streams.core.state import State
from streams.core.therapy import team_of


class Whose:
    """The headers that points go out with; `teams` are those that have a bucket, none where all share one."""

    def __init__(self, teams: Collection[str]) -> None:
        self._headers = {team: headers_for(team) for team in teams}
        self._known: defaultdict[int, dict[bytes, Headers]] = defaultdict(dict)

    def after(self, result: Advanced, partition: int, read_bodies: ReadBodies) -> Headers:
        """For the points of a batch, whose `result` may have read the record or not."""
        if not self._headers:
            return ()
        if result.beyond is not None:
            return self.of(result.beyond.record.state, partition, result.patient)
        known = self._known[partition].get(result.patient)
        if known is not None:
            return known
        [body] = read_bodies([result.patient])
        return self.of(unpack(result.front, body).state, partition, result.patient)

    def of(self, state: State, partition: int, patient: bytes) -> Headers:
        """For any points of the patient, whose record was read."""
        if not self._headers:
            return ()
        found = self._headers.get(team_of(state) or "", ())
        self._known[partition][patient] = found
        return found

    def closed(self, partition: int) -> None:
        """Forget the partition: somebody else may hear of its patients."""
        self._known.pop(partition, None)
