"""Pictures as SVG, drawn by matplotlib when they are asked for.

Each is an address of its own and stands in a page as an image, so that pages need no script and no inline style.
"""
