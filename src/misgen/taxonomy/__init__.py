"""What binds the book: the trees of alignment, where its experiments fail, one map of its agents.

Nothing here needs more than NumPy. `misgen.explore` draws it.
"""
