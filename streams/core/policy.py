"""What a clinic may set: the numbers that detection works with. Read from deploy/policy/detection.yaml by the shell."""

from typing import Annotated

from pydantic import Field

from schemas.model import Message, Text

Positive = Annotated[float, Field(gt=0)]
Chance = Annotated[float, Field(gt=0, le=0.05)]


class MoodPolicy(Message):
    """Population values and threshold of the mood comparison (empirical-Bayes GLR on day totals).

    Defaults: calibrated in simulation to about one false alarm per patient-year.
    """

    mean: Annotated[float, Field(ge=0, le=10)] = Field(default=5.5, description="μ₀: mean mood over patients, points.")
    between: Positive = Field(default=1.2, description="τ: SD of patients' own means, points.")
    within: Positive = Field(default=1.5, description="s₀: SD of one patient's reports, points.")
    within_weight: Positive = Field(default=20, description="ν₀: reports that `within` counts for.")
    inflation: Positive = Field(default=3.3, description="c: variance inflation of a mean by autocorrelation.")
    threshold: Positive = Field(default=2.8, description="h: Z above which a closing day alarms.")


class RelationshipPolicy(Message):
    """When conflicts with one person are more than a habit. Default: below 0.5 false alarms a year and person."""

    chance: Chance = Field(default=0.005, description="How likely the last 14 days are, as any 14 of the patient's.")


class EatingPolicy(Message):
    """When symptoms are more than a habit. Default: below 0.5 false alarms a year and symptom, in simulation."""

    chance: Chance = Field(default=0.003, description="How likely the last 7 days are, as any 7 of the patient's.")


class Policy(Message):
    """All of it, under the version that every alert carries."""

    version: Text
    mood: MoodPolicy = MoodPolicy()
    relationship: RelationshipPolicy = RelationshipPolicy()
    eating: EatingPolicy = EatingPolicy()
