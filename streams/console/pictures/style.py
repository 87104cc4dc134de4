"""What all pictures share: colours for light and dark, and sizes for phone and desk."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.alerts import Severity


class Theme(StrEnum):
    """What the reader's device prefers."""

    LIGHT = "light"
    DARK = "dark"


class Size(StrEnum):
    """What the picture is laid out for."""

    PHONE = "phone"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class Colours:
    """One theme's colours; text and lines stand at least 4.5 : 1 and 3 : 1 off the page."""

    text: str
    faint: str
    grid: str
    mood: str
    band: str
    gap: str
    page: str
    good: str
    bad: str
    severity: dict[Severity, str]


COLOURS = {
    Theme.LIGHT: Colours(
        text="#37424e",
        faint="#5d6b79",
        grid="#e3e8ed",
        mood="#1d5f91",
        band="#d5e4f1",
        gap="#eef1f4",
        page="#ffffff",
        good="#1f7a5c",
        bad="#a23b72",
        severity={
            Severity.CRITICAL: "#b3141d",
            Severity.HIGH: "#a84a00",
            Severity.WARNING: "#7a6200",
            Severity.INFO: "#2c6291",
        },
    ),
    Theme.DARK: Colours(
        text="#d3dbe3",
        faint="#9fadba",
        grid="#2b3641",
        mood="#7ebcf0",
        band="#22384c",
        gap="#212b35",
        page="#18212a",
        good="#5cc9a0",
        bad="#e58cb8",
        severity={
            Severity.CRITICAL: "#ff8a85",
            Severity.HIGH: "#ffab66",
            Severity.WARNING: "#e3c75a",
            Severity.INFO: "#8fc3f2",
        },
    ),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How one picture is drawn."""

    theme: Theme
    size: Size

    @property
    def colours(self) -> Colours:
        """The theme's colours."""
        return COLOURS[self.theme]

    @property
    def font_size(self) -> int:
        """In units of the picture, which are pixels where it is shown at its own size."""
        return 11 if self.on_phone else 13

    @property
    def on_phone(self) -> bool:
        """Whether it is laid out for a phone."""
        return self.size is Size.PHONE
