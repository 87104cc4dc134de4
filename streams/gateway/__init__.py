"""The way in: phones and back-ends send events here over HTTP."""
