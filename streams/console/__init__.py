"""The pages for therapists and on-call clinicians: server-rendered, readable without script.

`feed` copies the compacted topics into `store`; `pages/` shows what is there, one file a page; `actions` sends what
clinicians do. `app.create_app` puts the parts together; `ipt-pulse console` serves them.
"""
