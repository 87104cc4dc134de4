"""Role disputes: which stage each has come to, and how they moved over time.

Interactions and inventory entries tell of a stage; one that names none says nothing of it. Called by the relationship
rule, which raises what worsens, and by `view` and the brief, which show all of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemas.vocabulary import DisputeStage
from streams.core.entry import InteractionEntry, PersonEntry

_WORSE = tuple(stage.value for stage in DisputeStage)
"""From bad to worse, as the list of stages is ordered."""


@dataclass(frozen=True, slots=True)
class Move:
    """A dispute's stage as it was told, where it differs from the one before (None: it is the first)."""

    told: InteractionEntry | PersonEntry
    before: str | None
    after: str

    @property
    def worse(self) -> bool:
        """Whether the dispute moved on to impasse or dissolution.

        A dispute that is first heard of in an interaction has moved there; one in the first inventory stood there.
        """
        if self.before is None:
            return isinstance(self.told, InteractionEntry) and self.after != DisputeStage.RENEGOTIATION.value
        return _WORSE.index(self.after) > _WORSE.index(self.before)


def moves(
    met: Iterable[InteractionEntry], known: Iterable[PersonEntry], same: Mapping[str, str]
) -> dict[str, list[Move]]:
    """Every dispute's moves in the order of time, by the person that merged ones count for.

    At one instant interactions come first, and otherwise what came first stays first: what passed the horizon has
    nothing else left to be put in order by, and must not tell another story than it did before.

    Args:
        met: interactions, in (time, mark) order, of which those that tell of a stage count.
        known: inventory entries that say something new, in the same order.
        same: whose events count for whom.
    """
    told: list[InteractionEntry | PersonEntry] = [*met, *known]
    found: dict[str, list[Move]] = {}
    for one in sorted((one for one in told if one.stage), key=lambda one: one.time):
        so_far = found.setdefault(same.get(one.person, one.person), [])
        before = so_far[-1].after if so_far else None
        if one.stage != before:
            so_far.append(Move(one, before, one.stage))
    return found
