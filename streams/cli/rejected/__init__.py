"""`ipt-pulse rejected`: look at what was set aside, repair it, and let it go back in.

`filed` is what lies in the rejected topic and what of it went back, `choose` which of it is meant, `repair` what is
changed in it, `fate` what would become of each, and `put_back` writes it.
"""
