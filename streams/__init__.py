"""The stream: one folder per stage, in the order an event travels."""
