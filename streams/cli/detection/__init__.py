"""`ipt-pulse evaluate detection`: how soon a fall of mood is seen, at how many false alarms, beside textbook charts."""
