"""`population` (compacted): what is usual over a clinic's patients, refitted from all of them, under a version.

Every partition has a copy, so that each worker hears of it where it hears of its patients.
"""

from typing import Annotated

from pydantic import Field

from schemas.model import Instant, Message, Slug, Text

Positive = Annotated[float, Field(gt=0, le=100)]


class MoodValues(Message):
    """What the mood comparison works with; points are mood points (0-10)."""

    mean: Annotated[float, Field(ge=0, le=10)] = Field(description="μ₀: mean mood over patients, points.")
    between: Positive = Field(description="τ: SD of patients' own means, points.")
    within: Positive = Field(description="s₀: SD of one patient's reports, points.")
    inflation: Positive = Field(description="c: variance inflation of a week's mean.")


class LinkValues(Message):
    """The effect of one kind of event, or of one pattern, over patients: mood points right after it."""

    family: Text = Field(description="person, kind or pattern: which regression it is the prior of.")
    kind: Text
    mean: float
    spread: Positive = Field(description="τ: SD of patients' own effects around `mean`.")


class Population(Message):
    """One refit. What it says nothing of keeps its default."""

    version: Slug = Field(description="Of this fit; alerts carry it behind the policy's.")
    fitted_at: Instant
    patients: int = Field(ge=0, description="How many patients had enough reports for `mood`.")
    mood: MoodValues | None = Field(default=None, description="None: too few patients, the policy's values stand.")
    kinship: float | None = Field(
        default=None, description="φ: correlation of reports 3 hours apart. Told, not worked with."
    )
    links: tuple[LinkValues, ...] = ()
