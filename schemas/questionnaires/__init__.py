"""The questionnaires as data: each YAML file here is one instrument, validated when this package is imported."""

from schemas.questionnaires.instrument import Band, Instrument, Item, load_all

INSTRUMENTS: dict[str, Instrument] = load_all()

__all__ = ["INSTRUMENTS", "Band", "Instrument", "Item"]
