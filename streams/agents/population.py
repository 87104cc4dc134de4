"""By which policy and priors each partition's patients are read: the file's, with the newest population fit.

The fit comes by the topic `population`, a copy in each partition, and is kept in the partition's table beside the
patients: so it is there again after a restart, and a new one needs none. Called by the analysis agent.
"""

from dataclasses import dataclass

from pydantic import ValidationError

from schemas.population import Population
from schemas.set_aside import Kind, Why
from streams.agents.keys import POPULATION as KEY
from streams.agents.reading import set_aside
from streams.core.links import LinkPopulation
from streams.core.policy import Policy
from streams.core.population import link_population, with_population
from streams.transport import Output, RecordBatch, State, Step


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual: for the detectors, and for links."""

    policy: Policy
    links: LinkPopulation


class Populations:
    """The newest fit of each partition."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._by_partition: dict[int, Usual] = {}

    def of(self, partition: int) -> Usual:
        """What the partition's patients are read by now."""
        return self._by_partition.get(partition) or self._usual(None)

    def opened(self, partition: int, state: State) -> None:
        """Take up what was kept."""
        (packed,) = state.get_many([KEY])
        if packed is not None:
            self._by_partition[partition] = self._usual(Population.model_validate_json(packed))

    def closed(self, partition: int) -> None:
        """Forget the partition."""
        self._by_partition.pop(partition, None)

    def take(self, batch: RecordBatch) -> Step:
        """Take up the newest fit that can be read; the days that it judges are those that are over from now on."""
        kept: dict[bytes, bytes | None] = {}
        unreadable: list[Output] = []
        for record in batch.records:
            try:
                fit = Population.model_validate_json(record.value or b"")
            except ValidationError:
                why = Why(Kind.FIT, "population", "is no population fit")
                where = (batch.partition, record.key, record.offset)
                unreadable.append(set_aside(record.value, why, *where, topic=batch.topic))
            else:
                self._by_partition[batch.partition] = self._usual(fit)
                kept[KEY] = record.value
        return Step(unreadable, kept)

    def _usual(self, fit: Population | None) -> Usual:
        return Usual(with_population(self._policy, fit), link_population(fit))
