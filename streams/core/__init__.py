"""The pure core: what the events of a patient mean. It knows no Kafka, no network, no clock and no log."""
