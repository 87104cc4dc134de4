"""The questionnaires as data: each YAML file here is one instrument, validated when this package is imported."""

from schemas.questionnaires.instrument import Band, Instrument, load

INSTRUMENTS: dict[str, Instrument] = {
    instrument.name: instrument for instrument in map(load, ("phq9.yaml", "gad7.yaml", "edeqs.yaml"))
}

__all__ = ["INSTRUMENTS", "Band", "Instrument"]
