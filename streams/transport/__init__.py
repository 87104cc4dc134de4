"""Record batches for Faust: everything one fetch brought for a partition is one message.

A job computes steps, the transport makes them true: admitted in order, confirmed before they are kept, committed after.
Stock Faust loses blocks around rebalances and acknowledges what failed; the parts that replace it, a file each:

    fetch     the consumer's thread: whole batches that know their offsets
    consumer  lanes opened after recovery, commits by ledgers, drained at a revoke
    ledger    continuity and what may be committed
    lane      one partition number, one thing at a time
    writer    the order in which a step becomes true; outbox and table do it
    lease     nothing is written once the group may have moved on
    strays    what a frozen worker had under way all the same, so that it can be set right
    private   every private name of Faust and aiokafka that this depends on
"""

from streams.transport.app import BatchApp, build_app
from streams.transport.batch import Record, RecordBatch
from streams.transport.desk import Desk
from streams.transport.job import Compute, Job, Output, State, Step
from streams.transport.observer import Observer
from streams.transport.outbox import hashed
from streams.transport.worker import run

__all__ = [
    "BatchApp",
    "Compute",
    "Desk",
    "Job",
    "Observer",
    "Output",
    "Record",
    "RecordBatch",
    "State",
    "Step",
    "build_app",
    "hashed",
    "run",
]
