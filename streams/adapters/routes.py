"""Reads who hears of alerts from `routes.yaml`, and checks that every channel named there exists."""

from importlib.resources import files
from pathlib import Path

import yaml
from pydantic import ValidationError

from streams.adapters.channels import CHANNELS
from streams.core.alerts import Routes, read_routes
from streams.errors import Misconfigured

FILE = "routes.yaml"


def load_routes(folder: Path | None = None) -> Routes:
    """The routes in `folder`, or the ones that ship.

    Raises:
        Misconfigured: they cannot be read, or a value in them is missing or wrong.
    """
    try:
        routes = read_routes(((folder or files("deploy") / "policy") / FILE).read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise Misconfigured(f"{FILE} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        raise Misconfigured(f"{FILE}: {field}: {first['msg']}") from error
    if unknown := set(routes.channels.values()) - set(CHANNELS):
        raise Misconfigured(f"{FILE}: no such channel: {', '.join(sorted(unknown))}; known are {', '.join(CHANNELS)}")
    return routes
