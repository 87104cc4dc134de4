"""Reads the detection policy from its YAML file."""

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import yaml
from pydantic import ValidationError

from streams.core.policy import Policy
from streams.errors import Misconfigured

_SAY_IT_ALL: Final = {"missing", "extra_forbidden", "override"}
"""Faults that what was found adds nothing to."""
_UNKNOWN: Final = "nothing of this name can be set here"


def read_policy(file: Path | None = None) -> Policy:
    """The policy in `file`, or the one that ships.

    Raises:
        Misconfigured: it cannot be read, or a value in it is missing or out of range.
    """
    try:
        text = file.read_text(encoding="utf-8") if file else _shipped()
        return Policy.model_validate(yaml.safe_load(text), strict=False)
    except (OSError, yaml.YAMLError) as error:
        raise Misconfigured(f"the policy {file} cannot be read: {error}") from error
    except ValidationError as error:
        raise Misconfigured("\n".join(_said(file, error))) from error


def _said(file: Path | None, error: ValidationError) -> Iterator[str]:
    """Every fault, a line each: where, what was found, what is expected."""
    for fault in error.errors():
        field = ".".join(map(str, fault["loc"])) or "the whole"
        found = f", not {fault['input']!r}" if fault["type"] not in _SAY_IT_ALL else ""
        reason = _UNKNOWN if fault["type"] == "extra_forbidden" else fault["msg"]
        yield f"the policy {file}: {field}: {reason}{found}"


def _shipped() -> str:
    return (files("deploy") / "policy" / "detection.yaml").read_text(encoding="utf-8")
