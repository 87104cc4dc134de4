"""The pages for therapists and on-call clinicians."""
