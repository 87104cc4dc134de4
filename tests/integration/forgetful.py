"""`worker analysis` with a fault: it forgets every record whose value holds the word `forgotten`."""

from dataclasses import replace

from streams.agents import analyse
from streams.cli.logs import configure_logs
from streams.cli.worker import Name, worker
from streams.transport import RecordBatch, State, Step


class Forgetful(analyse.AnalyseJob):
    async def batch(self, batch: RecordBatch, state: State) -> Step:
        kept = [record for record in batch.records if b"forgotten" not in (record.value or b"")]
        return await super().batch(replace(batch, records=kept), state) if kept else Step()


if __name__ == "__main__":
    configure_logs()
    analyse.AnalyseJob = Forgetful  # type: ignore[misc]
    worker(Name("analysis"))
