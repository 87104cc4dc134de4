"""What travels: the event envelope, the event types, alert messages and the questionnaires.

Every other package reads these; this package reads none of them.
"""
