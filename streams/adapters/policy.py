"""Reads the detection policy from its YAML file."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from streams.core.policy import Policy
from streams.errors import Misconfigured


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
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise Misconfigured(f"the policy {file}: {field}: {first['msg']}") from error


def _shipped() -> str:
    return (files("deploy") / "policy" / "detection.yaml").read_text(encoding="utf-8")
