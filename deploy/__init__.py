"""How it runs: the root command, the local stack, and what a clinic deploys."""
