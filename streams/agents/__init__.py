"""The shell around the core: each agent parses, calls the core, and hands on what it returned."""
