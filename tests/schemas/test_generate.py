"""The generated documents are those of the models as they are now."""

import orjson

from schemas.events import EVENT_TYPES
from schemas.generate import FOLDER, as_text, documents
from streams import asyncapi
from streams.gateway.app import create_app


def test_the_files_are_current() -> None:
    expected = documents() | {
        "openapi.json": as_text(create_app().openapi()),
        "asyncapi.json": as_text(asyncapi.document()),
    }
    found = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.iterdir()}
    assert found.keys() == expected.keys()
    behind = [name for name, text in expected.items() if found[name] != text]
    assert behind == [], "run python -m schemas.generate, python -m streams.gateway and python -m streams.asyncapi"


def test_every_event_type_says_what_it_requires() -> None:
    for kind in EVENT_TYPES:
        schema = orjson.loads((FOLDER / f"{kind}.schema.json").read_bytes())
        assert schema["properties"]["type"]["const"] == kind
        assert {"specversion", "id", "source", "type", "subject", "time", "data"} <= set(schema["required"])
