"""Measures what the parts cost: the core alone, and all of it beside other stream processors.

    core         the pure core, without Kafka; stages says which part of it takes how long
    throughput   runs rounds of contenders, each in a process of its own in turns over one topic, and compares
    contenders   the list: adding one is a function and a line
    course       what is read, and the stopwatch that runs inside a contender
    history      what every patient's state holds before the clock starts

The commands themselves are in deploy.bench, which owns the broker.
"""
