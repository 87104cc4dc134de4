"""`ipt-pulse backup | restore`: what cannot be made again, into a folder and out of it.

A backup holds what stands in `home` (keys, accounts, devices), the topics and how far each group has read (`topics`),
and the points of InfluxDB (`points`), as small files that `folder` writes, seals and checks.
"""
