"""Finds the mapping of an import: a file, the name of one that ships, or the one that knows the CSV's columns."""

from importlib.resources import files
from pathlib import Path

from streams.cli.importing.mapping import Mapping, read_mapping
from streams.cli.importing.plan import header
from streams.errors import Misconfigured


def shipped_mappings() -> dict[str, Path]:
    """The mapping files that ship, by name."""
    folder = Path(str(files("deploy") / "mappings"))
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def find_mapping(named: str | None, csv_file: Path) -> Mapping:
    """The mapping that `named` names; without a name the one shipped mapping whose columns `csv_file` has.

    Raises:
        Misconfigured: there is none, or it is not valid.
    """
    shipped = shipped_mappings()
    if named is not None:
        file = shipped.get(named, Path(named))
        if not file.exists():
            raise Misconfigured(f"{named} is no file, and none of the mappings that ship ({', '.join(shipped)})")
        return read_mapping(file)
    columns = header(csv_file)
    fitting = [mapping for mapping in map(read_mapping, shipped.values()) if mapping.columns <= columns]
    if len(fitting) != 1:
        fit = "several" if fitting else "none"
        raise Misconfigured(
            f"{fit} of the mappings that ship fit the columns of {csv_file}: name one with --mapping "
            f"({', '.join(shipped)}), or write one"
        )
    return fitting[0]
