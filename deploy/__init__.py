"""How the pipeline is run: the `ipt-pulse` command, the one-machine stack, and what the servers are given."""
