"""Record batches for Faust: everything one fetch brought for a partition is one message."""
