"""Write the JSON Schema of everything that travels to `schemas/generated/`, for those who do not read Python.

Run `python -m schemas.generate` after a change of a model; a test fails while the files are behind. Beside them lie the
OpenAPI document, written by `python -m streams.gateway`, and the AsyncAPI document, by `python -m streams.asyncapi`.
"""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from schemas.alerts import Alert, AlertAction, AlertSignal, Notification
from schemas.audit import AuditEntry
from schemas.calls import CALL, CallEvent
from schemas.events import EVENT_TYPES
from schemas.groups import GroupView, MemberSignal
from schemas.population import Population
from schemas.receipts import Receipt
from schemas.releases import Release
from schemas.views import PatientView

FOLDER = Path(__file__).parent / "generated"

MESSAGES: dict[str, type[BaseModel]] = EVENT_TYPES | {
    CALL: CallEvent,
    "alert": Alert,
    "alert-action": AlertAction,
    "alert-signal": AlertSignal,
    "audit-entry": AuditEntry,
    "group-view": GroupView,
    "member-signal": MemberSignal,
    "notification": Notification,
    "patient-view": PatientView,
    "population": Population,
    "receipt": Receipt,
    "release": Release,
}
"""File name, without its ending, to the model whose schema it holds."""


def documents() -> dict[str, str]:
    """File name to text, as the files ought to be."""
    return {f"{name}.schema.json": as_text(_schema(name, model)) for name, model in MESSAGES.items()}


def as_text(document: dict[str, Any]) -> str:
    """The one way a generated document is written: two spaces, keys in the order of the model, a last newline."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    heading = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": name}
    return heading | {key: value for key, value in model.model_json_schema().items() if key != "title"}


def main() -> None:
    """Write all files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in documents().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
