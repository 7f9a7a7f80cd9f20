"""The forest that an agent fells while it learns."""
