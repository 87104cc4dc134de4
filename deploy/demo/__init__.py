"""`ipt-pulse demo`: a made-up clinic lives its last two weeks in a minute, on the real pipeline, while one watches.

`command` starts and stops everything, `clinic` plays, `timetable` decides when which phone sends, `phones` are the
phones, `staff` works there, `watch` reads Kafka into a `tally`, `screen` shows it, `pager` is what the on-call
clinician carries.
"""
