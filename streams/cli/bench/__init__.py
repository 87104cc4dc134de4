"""Measures what the parts cost: the core alone, and all of it beside other stream processors.

    core         the pure core, without Kafka; `stages` says which part of it takes how long
    throughput   runs rounds of contenders, each in a process of its own in turns over one topic, and compares
    scale        our worker over the changelog of ever more patients
    sizing       what a clinic of any size needs, worked out from those
    contenders/  the list, and a file for each way of doing the job
    course       what is read; `stopwatch` runs inside each contender
    history      what is known of every patient before the clock starts; `seeds` puts it where a contender looks for it
    console      every page of the console over a store of many patients; `console_clinic` fills it
    gateway      what a gateway takes in, event by event and in batches
    latency      from a questionnaire's upload to the pager, through the whole stack
    sender       HTTP at next to no cost, for both; `uploads` makes what it sends
    report       tables and pictures

The commands themselves are in deploy.bench, and their servers in deploy.bench_servers.
"""
