"""What binds the book: trees of alignment, where experiments fail, one map of all agents."""
