"""Faults on purpose, on real servers, and what must hold all the same. Each is a file; `__main__` runs them all.

A fault makes a `Stack`, computes a `Truth` before anything is sent, does its worst, and compares what an independent
`reader` finds with that truth.
"""

from tests.faults import broker, clock, dead, disk, drops, influx, kills, pager, poison, rebalances, sends, wiped
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    kills.FAULT,
    rebalances.FAULT,
    drops.FAULT,
    broker.FAULT,
    sends.FAULT,
    poison.FAULT,
    wiped.FAULT,
    pager.FAULT,
    dead.FAULT,
    influx.FAULT,
    disk.FAULT,
    clock.FAULT,
)
