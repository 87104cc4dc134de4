"""`ipt-pulse import`: past reports in a CSV become events, by a mapping file that says what each column means.

`mapping` is the language of that file, `rows` turns one row into events (pure), `plan` reads a whole file, `sending`
takes the events to the gateway and can be interrupted, `report` says what became of every row, `command` ties them.
"""
