"""Counts a second time: is everything that Kafka took either analysed or set aside?

`book` holds for one partition what analysis signed for against what a reader of its own has seen; `auditor` reads it
all from Kafka and shouts. Nothing here shares code with how analysis reads, folds or commits.
"""
