"""Measures throughput side by side: every contender reads the same topic, in a process of its own, in turns.

    course       what is read, and the stopwatch that runs inside a contender
    contenders   the list: adding one is a function and a line
    throughput   runs the rounds and compares

The command itself is in deploy.bench, which owns the broker.
"""
