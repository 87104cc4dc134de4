"""What one questionnaire is: items, range, bands, cuts and codes, read from its YAML file."""

from importlib.resources import files
from typing import Annotated, Self

import yaml
from pydantic import Field, model_validator

from schemas.model import Message, Slug


class Band(Message):
    """A named range of totals, from `from_total` up to the next band."""

    name: Slug
    from_total: Annotated[int, Field(ge=0)]


class Instrument(Message):
    """One questionnaire. Item labels are this project's own short ones, never the authors' wording."""

    name: str
    items: dict[str, str] = Field(min_length=1, description="Item key to our own short label.")
    item_maximum: Annotated[int, Field(ge=1)] = Field(description="Every answer lies in 0 … item_maximum.")
    missing_allowed: Annotated[int, Field(ge=0)] = Field(description="More missing items than this: no total.")
    bands: tuple[Band, ...] = Field(min_length=1, description="Ascending; the first starts at 0.")
    severe_band: Slug | None = Field(default=None, description="A step into this band is raised by itself.")
    caseness: Annotated[int, Field(ge=0)] = Field(description="Totals from here on count as a case.")
    reliable_change: Annotated[int, Field(ge=1)] = Field(description="Points of total beyond measurement error.")
    safety_item: str | None = Field(default=None, description="Any answer of 1 or more raises a safety alert.")
    loinc_total: str | None = None
    source: str

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        starts = [band.from_total for band in self.bands]
        if starts[0] != 0 or starts != sorted(set(starts)) or starts[-1] > self.total_maximum:
            raise ValueError("bands must start at 0, ascend, and lie within the totals")
        if self.severe_band is not None and self.severe_band not in {band.name for band in self.bands}:
            raise ValueError("severe_band is not one of the bands")
        if self.safety_item is not None and self.safety_item not in self.items:
            raise ValueError("safety_item is not one of the items")
        return self

    @property
    def total_maximum(self) -> int:
        """The highest total there is."""
        return len(self.items) * self.item_maximum

    def band(self, total: float) -> str:
        """The band that `total` (0 … total_maximum) falls in."""
        return next(band.name for band in reversed(self.bands) if total >= band.from_total)


def load(file: str) -> Instrument:
    """Read one instrument; a mistake in it is an error at start, not at the first answer."""
    text = files(__package__).joinpath(file).read_text(encoding="utf-8")
    return Instrument.model_validate(yaml.safe_load(text), strict=False)
