"""The shell around the core: each agent parses, calls one core function, and hands on what it returned."""
