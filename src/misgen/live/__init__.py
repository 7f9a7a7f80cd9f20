"""Live Python: what a reader's explorer may ask, in a notebook's kernel and in the page alike.

A topic says in its `live.py` what can be asked of it (`Session`), `Desk` takes the questions and
sends the answers, and `wire` puts arrays into messages. NumPy and the standard library suffice.
"""
