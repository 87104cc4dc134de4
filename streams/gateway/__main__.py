"""`python -m streams.gateway` writes the OpenAPI document to `schemas/generated/`."""

from schemas.generate import FOLDER, as_text
from streams.gateway.app import create_app

(FOLDER / "openapi.json").write_text(as_text(create_app().openapi()), encoding="utf-8")
