"""What a measurement is made of: tags, fields, units, and how many series it can come to.

A series is one set of tag values. InfluxDB keeps every series it ever saw in an index, so tags hold pseudonyms and
closed lists alone, and how many values a tag can take within one patient (or group, or process) stands beside it.
"""

from dataclasses import dataclass
from math import prod
from typing import Literal

Kind = Literal["float", "integer", "string", "boolean"]
About = Literal["patient", "group", "team", "process"]


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag. `usual` and `most` count its values within the one that the measurement is about."""

    name: str
    meaning: str
    usual: int = 1
    most: int = 1
    required: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One field. Absent means that it was not said; a name that ends in `*` stands for all that begin so."""

    name: str
    kind: Kind
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measurement. `daily` names the fields whose daily means outlive the single points."""

    name: str
    about: About
    time: str
    meaning: str
    tags: tuple[Tag, ...]
    columns: tuple[Column, ...]
    daily: tuple[str, ...] = ()

    @property
    def usual_series(self) -> int:
        """Series of one patient, group or process as one expects them."""
        return prod(tag.usual for tag in self.tags)

    @property
    def most_series(self) -> int:
        """Series of one patient, group or process at the very most."""
        return prod(tag.most for tag in self.tags)

    def column(self, name: str) -> Column | None:
        """The field of that name, if there is one."""
        for column in self.columns:
            if column.name == name or (column.name.endswith("*") and name.startswith(column.name[:-1])):
                return column
        return None
