"""What one questionnaire is: items, range, bands, cuts and codes, read from its YAML file.

Every clinical value names its source there, and those that a clinician has yet to confirm say so. Called when
`schemas.questionnaires` is imported; docs/questionnaires.md says how to add one.
"""

from importlib.resources import files
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, StringConstraints, model_validator

from schemas.model import Message, Slug

ItemKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,15}$")]
Loinc = Annotated[str, StringConstraints(pattern=r"^\d{1,7}-\d$")]


class Band(Message):
    """A named range of totals, from `from_total` up to the next band."""

    name: Slug
    from_total: Annotated[int, Field(ge=0)]


class Item(Message):
    """One question, by a short label of this project's own, never the authors' wording."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    loinc: Loinc | None = None


class Instrument(Message):
    """One questionnaire."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
    recall_days: Annotated[int, Field(ge=1, le=366)] = Field(description="How many days the questions ask about.")
    items: dict[ItemKey, Item] = Field(min_length=1, description="By item key, as answers name them.")
    item_maximum: Annotated[int, Field(ge=1)] = Field(description="Every answer lies in 0 … item_maximum.")
    missing_allowed: Annotated[int, Field(ge=0)] = Field(description="More missing items than this: no total.")
    bands: tuple[Band, ...] = Field(min_length=1, description="Ascending; the first starts at 0.")
    severe_band: Slug | None = Field(default=None, description="The last band, where a step into it can be raised.")
    caseness: Annotated[int, Field(ge=1)] = Field(description="Totals from here on count as a case.")
    reliable_change: Annotated[int, Field(ge=1)] = Field(description="Points of total beyond measurement error (95 %).")
    safety_item: ItemKey | None = Field(default=None, description="Any answer of 1 or more raises a safety alert.")
    loinc_panel: Loinc | None = None
    loinc_total: Loinc | None = None
    sources: dict[str, str] = Field(description="Field to where its value was published.")
    needs_sign_off: dict[str, str] = Field(default={}, description="Field to what a clinician has yet to confirm.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        starts = [band.from_total for band in self.bands]
        if starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] > self.total_maximum:
            raise ValueError("bands must start at 0, ascend, and lie within the totals")
        if len({band.name for band in self.bands}) < len(self.bands):
            raise ValueError("two bands share a name")
        if self.severe_band not in {None, self.bands[-1].name}:
            raise ValueError("severe_band is not the last of the bands")
        if self.safety_item is not None and self.safety_item not in self.items:
            raise ValueError("safety_item is not one of the items")
        if self.missing_allowed >= len(self.items):
            raise ValueError("missing_allowed leaves nothing to score")
        if max(self.caseness, self.reliable_change) > self.total_maximum:
            raise ValueError("caseness and reliable_change must lie within the totals")
        return self

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        given = {name for name in type(self).model_fields if getattr(self, name) is not None}
        sourced = given - {"name", "sources", "needs_sign_off"}
        if missing := sourced - self.sources.keys():
            raise ValueError(f"no source for {', '.join(sorted(missing))}")
        if strange := (self.sources.keys() | self.needs_sign_off.keys()) - sourced:
            raise ValueError(f"no value here is named {', '.join(sorted(strange))}")
        return self

    @property
    def total_maximum(self) -> int:
        """The highest total there is."""
        return len(self.items) * self.item_maximum

    def band(self, total: float) -> str:
        """The band that `total` (0 … total_maximum) falls in."""
        return next(band.name for band in reversed(self.bands) if total >= band.from_total)

    def severe(self, total: float) -> bool:
        """Whether `total` lies in the severe band, if the instrument has one."""
        return self.severe_band is not None and total >= self.bands[-1].from_total


def load_all() -> dict[str, Instrument]:
    """Every instrument of this folder by its name: those with a safety item first, then by name."""
    texts = [file.read_text(encoding="utf-8") for file in files(__package__).iterdir() if file.name.endswith(".yaml")]
    loaded = sorted(map(parse, texts), key=lambda one: (one.safety_item is None, one.name))
    by_name = {one.name: one for one in loaded}
    if len(by_name) < len(loaded):
        raise ValueError("two instruments share a name")
    return by_name


def parse(text: str) -> Instrument:
    """Read one instrument; a mistake in it is an error at start, not at the first answer."""
    return Instrument.model_validate(yaml.load(text, Loader=_NothingTwice), strict=False)  # noqa: S506 - a SafeLoader


class _NothingTwice(yaml.SafeLoader):
    """YAML in which a name given twice is an error; by itself it would keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        if len(set(names)) < len(names):
            raise yaml.MarkedYAMLError("a name stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
