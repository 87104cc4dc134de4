"""The numbers of each rule: what they mean, and in which range they lie."""

from typing import Annotated

from pydantic import ConfigDict, Field

from schemas.model import Message

Positive = Annotated[float, Field(gt=0)]
Sessions = Annotated[int, Field(ge=1, le=99)]
Chance = Annotated[float, Field(gt=0, le=0.05)]


class PolicyPart(Message):
    """Numbers that a clinic sets; one that nobody knows is a fault, not passed over: it may be a known one misspelt."""

    model_config = ConfigDict(extra="forbid")


class MoodThreshold(PolicyPart):
    """What may differ between care teams and phases; the population values are those of all patients together."""

    threshold: Positive = Field(
        default=5.45, description="h: score above which a closing day alarms; 0.8 less gives twice as many alarms."
    )


class MoodPolicy(MoodThreshold):
    """Population values and threshold of the mood comparison (`streams.core.detect.mood`).

    Defaults: calibrated in simulation to about one false alarm per patient-year.
    """

    mean: Annotated[float, Field(ge=0, le=10)] = Field(default=5.5, description="μ₀: mean mood over patients, points.")
    between: Positive = Field(default=1.2, description="τ: SD of patients' own means, points.")
    within: Positive = Field(default=1.5, description="s₀: SD of one patient's reports, points.")
    within_weight: Positive = Field(default=20, description="ν₀: reports that `within` counts for.")
    inflation: Positive = Field(default=3.3, description="c: variance inflation of a mean by autocorrelation.")


class PhasePolicy(PolicyPart):
    """Where the phases of therapy begin when neither the clinic nor the episode says so.

    Manuals differ: initial = sessions 1-3 or 1-4 (alpfmedical.info; iptuk.net). A clinic has to confirm termination.
    """

    initial_sessions: Sessions = Field(default=3, description="Sessions of the initial phase.")
    termination_sessions: Sessions = Field(default=3, description="The last sessions of the planned dose.")


class FocusPolicy(PolicyPart):
    """When recent interactions lie outside the agreed problem areas. A clinic has to confirm `least`."""

    share: Annotated[float, Field(gt=0, le=1)] = Field(default=0.6, description="Share outside, over three weeks.")
    least: Annotated[int, Field(ge=2, le=1_000)] = Field(default=8, description="Linked interactions it needs.")


class EndingPolicy(PolicyPart):
    """When mood in the termination phase counts as lower than before it. A clinic has to confirm it.

    In simulation (slow swings a quarter of the variance, a phase of three weeks) the default is met by 9 % of stable
    patients and by 87 % of those whose mood falls by one of their own standard deviations when the phase begins.
    """

    threshold: Positive = Field(default=2.3, description="Z of the phase so far against the 28 days before it.")
    least: Annotated[int, Field(ge=2, le=1_000)] = Field(default=5, description="Mood reports it needs in the phase.")


class RelationshipPolicy(PolicyPart):
    """When conflicts with one person are more than a habit. Default: below 0.5 false alarms a year and person."""

    chance: Chance = Field(default=0.005, description="How likely the last 14 days are, as any 14 of the patient's.")


class EatingPolicy(PolicyPart):
    """When symptoms are more than a habit. Default: below 0.5 false alarms a year and symptom, in simulation."""

    chance: Chance = Field(default=0.003, description="How likely the last 7 days are, as any 7 of the patient's.")


class GroupPolicy(PolicyPart):
    """When a group counts as worse in the week after a session: `least` members, each by `threshold`.

    In simulation (slow swings a quarter of the variance) 3 % of stable members' weeks pass the default threshold, so
    2 % of groups of eight are ever raised in 16 sessions. Of groups where all eight fall by one of their own standard
    deviations 92 % are, where six do 75 %, where four do 40 %. A clinic has to confirm it.
    """

    threshold: Positive = Field(default=2.0, description="Z of the six days after a session against 28 before.")
    least: Annotated[int, Field(ge=2, le=50)] = Field(default=3, description="Members who must have worsened.")


class SilencePolicy(PolicyPart):
    """When silence is more than a habit. Default: about one false alarm in three patient-years, in simulation."""

    chance: Chance = Field(default=0.002, description="How likely so few answers are, on any of the patient's days.")
    chance_after_risk: Chance = Field(default=0.01, description="The same after recent risk.")
    silent_days: Annotated[int, Field(ge=1, le=14)] = Field(default=2, description="Days without an answer, at least.")
    offline_days: Annotated[int, Field(ge=1, le=14)] = Field(default=3, description="Days without the phone, at least.")
    offline_days_after_risk: Annotated[int, Field(ge=1, le=14)] = Field(default=2, description="After recent risk.")
    drop: Annotated[float, Field(gt=0, le=1)] = Field(default=0.5, description="Share of the usual answers left.")
