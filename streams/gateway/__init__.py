"""The way in: phones and back-ends send events here over HTTP.

A request passes access (who is it, how often) → body (how large) → judge (which events, for whom) → vault (seal) →
producer (Kafka). `app` puts the parts together; every error leaves as a problem document.
"""
