"""The time series that InfluxDB holds: one table of them, and the points that tell of more than one event.

    table         what a measurement is made of, and how many series it can have
    measurements  all of them; docs/points.md is written from it
    check         whether a line keeps to the table
    page          the table as a page
    standing      how a patient stands, their links and how their care came out: with each view
    quiet         which days were silent: with each view
    alert         alerts as they stand
    group         what may be shown of a therapy group

    health        how a process of the pipeline is

What single events say is written by `streams.core.points` and `clinic_points`. Nothing is imported here: the alert
agent, which has to be back within seconds after a crash, needs one of these files and not what the others rest on.
"""
