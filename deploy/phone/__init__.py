"""A demonstration phone: one page that acts as a patient's app, so that anyone can try the whole way by hand.

Served by the local stack alone, on loopback. It is no app for patients. `app` serves the page and passes its calls on
to the gateway; `static/` is the page, in plain JavaScript modules.
"""
