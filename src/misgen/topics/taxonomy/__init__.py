"""What binds the book: the trees of alignment, where its experiments fail, one map of its agents."""
