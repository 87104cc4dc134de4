"""The whole pipeline on one machine with nothing but Python: real servers, started, supervised and stopped.

`ipt-pulse up | down | status | doctor` (deploy.cli) and the tests start their servers here.
"""
