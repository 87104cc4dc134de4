"""Made-up patients whose truth is known, for the demo, the tests and the evaluations. The same seed, the same bytes.

It reads `schemas` and nothing else of ours, so that what is tested never makes its own questions.
"""
