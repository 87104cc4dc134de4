"""`ipt-pulse policy`: thresholds are checked, and rehearsed on the past before they page anyone."""
